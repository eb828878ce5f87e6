/** Ends a person's sign-ins, in all browsers. */
import { createHmac } from 'node:crypto';
import type { Provider } from 'oidc-provider';
import { z } from 'zod';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { granted } from './adapter.ts';

export interface SignOuts {
  /**
   * Ends all sessions of the person and the tokens of all clients, for example after a new PIN. Consents stay.
   * `keptSession` is the `uid` of a session that goes on, because its browser is signing in.
   */
  endAll(accountId: string, keptSession?: string): Promise<void>;
  /**
   * Ends sessions and tokens that began before this time, in seconds since 1970. A browser that is on a page of the
   * provider goes on without its session.
   */
  endBefore(accountId: string, before: number): Promise<void>;
  /** Ends the tokens that one client has for the person. The person's sessions go on. */
  endAtClient(accountId: string, clientId: string): Promise<void>;
}

/** With an HMAC, nobody who reads the database can find a patron by trying numbers. */
export function ownersIn(state: SealedState): (accountId: string) => string {
  const key = state.keyFor('owners');
  return (accountId) => createHmac('sha256', key).update(accountId).digest('base64url');
}

const storedSession = z.object({
  jti: z.string(),
  uid: z.string(),
  loginTs: z.number().default(0),
  authorizations: z.record(z.string(), z.object({ sid: z.string().optional() })).default({}),
});
const storedGrant = z.object({ jti: z.string(), clientId: z.string(), iat: z.number().default(0) });
type StoredSession = z.infer<typeof storedSession>;
type StoredGrant = z.infer<typeof storedGrant>;

export const notTold = 'a client was not told that a reader is signed out';

export interface SignOutsOptions {
  readonly state: SealedState;
  readonly provider: () => Provider;
  readonly log: { warn(details: object, message: string): void };
}

export function createSignOuts({ state, provider, log }: SignOutsOptions): SignOuts {
  const ownerOf = ownersIn(state);
  const sessionsOf = async (accountId: string) =>
    (await state.listOwned('Session', ownerOf(accountId))).map(({ value }) => storedSession.parse(value));
  const grantsOf = async (accountId: string) =>
    (await state.listOwned('Grant', ownerOf(accountId))).map(({ value }) => storedGrant.parse(value));

  async function endGrant(id: string): Promise<void> {
    for (const kind of granted) {
      await state.removeOwned(kind, id);
    }
    await state.remove('Grant', id);
  }

  /** Sends a back-channel logout. A client that can't be reached learns of the logout when its tokens are refused. */
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
   * Ends the sessions and grants that `isEnded` selects. Notifies the clients that `isTold` selects, also in sessions
   * that go on.
   */
  async function end(
    accountId: string,
    isEnded: { session(session: StoredSession): boolean; grant(grant: StoredGrant): boolean },
    isTold: (session: StoredSession, clientId: string) => boolean,
  ): Promise<void> {
    const sessions = await sessionsOf(accountId);
    for (const session of sessions.filter(isEnded.session)) {
      await state.remove('Session', session.jti);
    }
    for (const grant of (await grantsOf(accountId)).filter(isEnded.grant)) {
      await endGrant(grant.jti);
    }
    const clientSessions = sessions.flatMap((session) =>
      clientSessionsOf(session).filter(({ clientId }) => isTold(session, clientId)),
    );
    await Promise.all(clientSessions.map(({ clientId, sid }) => tell(accountId, clientId, sid)));
  }

  return {
    endAll: (accountId, keptSession) =>
      end(accountId, { session: ({ uid }) => uid !== keptSession, grant: () => true }, () => true),
    async endBefore(accountId, before) {
      const isBefore = ({ loginTs }: StoredSession) => loginTs < before;
      await end(accountId, { session: isBefore, grant: ({ iat }) => iat < before }, isBefore);
    },
    endAtClient: (accountId, clientId) =>
      end(
        accountId,
        { session: () => false, grant: (grant) => grant.clientId === clientId },
        (_session, one) => one === clientId,
      ),
  };
}

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
