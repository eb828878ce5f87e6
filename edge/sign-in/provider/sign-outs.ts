import type { Provider } from 'oidc-provider';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { type EndOfSignIns, hasEnded } from './accounts.ts';
import { endGrant } from './adapter.ts';
import { createSignIns, type StoredGrant, type StoredSession } from './sign-ins.ts';

export interface SignOuts {
  /**
   * Ends all sessions of the person and the tokens of all clients, for example after a new PIN. Consents remain.
   * `keptSession` is the `uid` of a session that does not end, because its browser is signing in now.
   */
  endAll(accountId: string, keptSession?: string): Promise<void>;
  /**
   * Ends the sessions and tokens that began in the second `end.before` or earlier, except those of the sign-in
   * `end.exceptSignInId`. If a browser shows a page of the provider at that moment, the page still works, but its
   * session is gone.
   */
  endBefore(accountId: string, end: EndOfSignIns): Promise<void>;
  /** Ends one session of the person, by its `uid`, and the tokens that services got in it. */
  endSession(accountId: string, uid: string): Promise<void>;
  /** Ends the tokens that one client has for the person. The person's sessions do not end. */
  endAtClient(accountId: string, clientId: string): Promise<void>;
}

export const notTold = 'a client was not told that a reader is signed out';

export interface SignOutsOptions {
  readonly state: SealedState;
  readonly provider: () => Provider;
  readonly log: { warn(details: object, message: string): void };
}

export function createSignOuts({ state, provider, log }: SignOutsOptions): SignOuts {
  const signIns = createSignIns(state);

  /**
   * Sends a back-channel logout. Never rejects: a client that can't be reached learns of the logout when its tokens are
   * refused.
   */
  async function tell(accountId: string, clientId: string, sid: string): Promise<void> {
    try {
      const client = (await provider().Client.find(clientId)) as LogoutClient | undefined;
      if (client?.backchannelLogoutUri !== undefined) {
        await client.backchannelLogout(accountId, sid);
      }
    } catch (error) {
      log.warn({ clientId, reason: nameOfError(error) }, notTold);
    }
  }

  /**
   * Ends the person's sessions and grants that `isEnded` selects. `isTold` is called for each client of each session.
   * If it returns true, the client gets a back-channel logout, even if the session itself does not end.
   */
  async function end(
    accountId: string,
    isEnded: {
      session(session: StoredSession): boolean;
      grant(grant: StoredGrant): boolean | Promise<boolean>;
    },
    isTold: (session: StoredSession, clientId: string) => boolean,
  ): Promise<void> {
    const sessions = await signIns.sessionsOf(accountId);
    for (const session of sessions.filter(isEnded.session)) {
      await state.remove('Session', session.jti);
    }
    for (const grant of await signIns.grantsOf(accountId)) {
      if (await isEnded.grant(grant)) {
        await endGrant(state, grant.jti);
      }
    }
    const clientSessions = sessions.flatMap((session) =>
      clientSessionsOf(session).filter(({ clientId }) => isTold(session, clientId)),
    );
    await Promise.all(clientSessions.map(({ clientId, sid }) => tell(accountId, clientId, sid)));
  }

  return {
    endAll: (accountId, keptSession) =>
      end(accountId, { session: ({ uid }) => uid !== keptSession, grant: () => true }, () => true),
    async endBefore(accountId, ended) {
      const isEnded = ({ uid, loginTs }: StoredSession) => hasEnded({ session: uid, at: loginTs }, ended);
      const isEndedGrant = async (grant: StoredGrant) =>
        grant.iat <= ended.before &&
        (ended.exceptSignInId === null ||
          (await signIns.signInsAt(grant)).every((signIn) => hasEnded(signIn, ended)));
      await end(accountId, { session: isEnded, grant: isEndedGrant }, isEnded);
    },
    async endSession(accountId, uid) {
      const isEnded = (session: StoredSession) => session.uid === uid;
      const ended = (await signIns.sessionsOf(accountId)).filter(isEnded);
      const grantIds = ended.flatMap(grantIdsOf);
      await end(accountId, { session: isEnded, grant: ({ jti }) => grantIds.includes(jti) }, isEnded);
    },
    endAtClient: (accountId, clientId) =>
      end(
        accountId,
        { session: () => false, grant: (grant) => grant.clientId === clientId },
        (_session, one) => one === clientId,
      ),
  };
}

const grantIdsOf = ({ authorizations }: StoredSession) =>
  Object.values(authorizations).map(({ grantId }) => grantId);

/** The clients that the session is signed in to, each with its session id. */
const clientSessionsOf = ({ authorizations }: StoredSession) =>
  Object.entries(authorizations).flatMap(([clientId, { sid }]) =>
    sid === undefined ? [] : [{ clientId, sid }],
  );

/** Members of a client that the types of oidc-provider lack. */
interface LogoutClient {
  readonly backchannelLogoutUri?: string;
  backchannelLogout(accountId: string, sid: string): Promise<void>;
}
