/** A person's sign-ins: the sessions in browsers, and the grants for which services hold tokens. */
import { z } from 'zod';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import type { SignIn } from './accounts.ts';

const storedSession = z.object({
  jti: z.string(),
  uid: z.string(),
  loginTs: z.number().default(0),
  authorizations: z
    .record(z.string(), z.object({ sid: z.string().optional(), grantId: z.string().optional() }))
    .default({}),
});
const storedGrant = z.object({ jti: z.string(), clientId: z.string(), iat: z.number().default(0) });
const storedRefreshToken = z.object({
  authTime: z.number().default(0),
  sessionUid: z.string().optional(),
});
export type StoredSession = z.infer<typeof storedSession>;
export type StoredGrant = z.infer<typeof storedGrant>;

/**
 * Makes digests of account ids. The digests are HMACs, so that nobody who reads the database can find a patron by trying
 * numbers.
 */
export function ownersIn(state: SealedState): (accountId: string) => string {
  const key = state.keyFor('owners');
  return (accountId) => hmacSha256(key).update(accountId).digest('base64url');
}

/** Times are in seconds since 1970. */
export interface SignIns {
  sessionsOf(accountId: string): Promise<readonly StoredSession[]>;
  grantsOf(accountId: string): Promise<readonly StoredGrant[]>;
  /**
   * The sign-ins for which the grant's client can still get tokens. One grant may belong to several
   * sign-ins in a browser.
   */
  signInsAt(grant: StoredGrant): Promise<readonly (SignIn & { readonly at: number })[]>;
  /** The clients that can still get tokens, each with the time of the person's last sign-in at that client. */
  clientsOf(accountId: string): Promise<ReadonlyMap<string, number>>;
}

export function createSignIns(state: SealedState): SignIns {
  const ownerOf = ownersIn(state);
  const signIns: SignIns = {
    sessionsOf: async (accountId) =>
      (await state.listOwned('Session', ownerOf(accountId))).map(({ value }) => storedSession.parse(value)),
    grantsOf: async (accountId) =>
      (await state.listOwned('Grant', ownerOf(accountId))).map(({ value }) => storedGrant.parse(value)),
    async signInsAt({ jti }) {
      const tokens = await state.listOwned('RefreshToken', jti);
      return tokens
        .filter(({ consumedAt }) => consumedAt === null)
        .map(({ value }) => storedRefreshToken.parse(value))
        .map(({ authTime, sessionUid }) => ({ session: sessionUid, at: authTime }));
    },
    async clientsOf(accountId) {
      const latest = new Map<string, number>();
      const newestFirst = (await signIns.grantsOf(accountId)).toSorted((one, other) => other.iat - one.iat);
      for (const grant of newestFirst) {
        // Each session makes a grant for each client, so a person may have hundreds of grants. The search for a client's
        // tokens ends at the newest grant that has tokens.
        const signInsThere = latest.has(grant.clientId) ? [] : await signIns.signInsAt(grant);
        for (const { at } of signInsThere) {
          latest.set(grant.clientId, Math.max(at, latest.get(grant.clientId) ?? 0));
        }
      }
      return latest;
    },
  };
  return signIns;
}
