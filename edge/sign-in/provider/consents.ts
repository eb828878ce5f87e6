/** Remembers the scopes that readers have consented to, so that readers are not asked again. */
import { z } from 'zod';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';
import type { SignInClient } from '../clients/read-clients.ts';

/** A reader is asked again after a year. */
const rememberedMs = 365 * 24 * 60 * 60 * 1000;
const kind = 'Consent';
const stored = z.object({ scopes: z.array(z.string()) });

type Asking = Pick<SignInClient, 'ageBand' | 'firstParty'>;

/**
 * The scopes for which a request needs the reader's consent. The claim `age_band` counts as the scope of that name. No
 * other claim needs consent. `patron_id` needs none, because only first-party clients get this claim (`addClaims`).
 */
export const consentsIn = (
  client: Asking,
  scopes: readonly string[],
  claims: readonly string[],
): readonly string[] => [
  ...new Set([...scopes, ...claims.filter((claim) => claim === 'age_band' && client.ageBand)]),
];

/**
 * Adds the claims that a request names to a grant. Claims that the client may not have now are recorded in the grant as
 * rejected. A later change of the clients file then can't give them to the client without consent.
 */
export function addClaims(
  grant: { addOIDCClaims(claims: string[]): void; rejectOIDCClaims(claims: string[]): void },
  client: Asking,
  claims: readonly string[],
): void {
  const isForbidden = (claim: string) =>
    (claim === 'age_band' && !client.ageBand) || (claim === 'patron_id' && !client.firstParty);
  grant.addOIDCClaims(claims.filter((claim) => !isForbidden(claim)));
  grant.rejectOIDCClaims(claims.filter(isForbidden));
}

export interface Consents {
  /** Whether the person has consented to all of these scopes for the client. */
  covers(accountId: string, clientId: string, scopes: readonly string[]): Promise<boolean>;
  /** Whether the person has consented to any scope for the client. */
  stands(accountId: string, clientId: string): Promise<boolean>;
  /** Replaces the person's earlier consent. */
  remember(accountId: string, clientId: string, scopes: readonly string[]): Promise<void>;
  forget(accountId: string, clientId: string): Promise<void>;
}

export function createConsents(state: SealedState, now: () => number): Consents {
  const key = state.keyFor('consents');
  // The id is an HMAC, so that nobody who reads the database can find a patron by trying numbers.
  const idOf = (accountId: string, clientId: string): string =>
    hmacSha256(key)
      .update(JSON.stringify([accountId, clientId]))
      .digest('base64url');
  return {
    async covers(accountId, clientId, scopes) {
      const item = await state.find(kind, idOf(accountId, clientId));
      const agreed = item === null ? [] : stored.parse(item.value).scopes;
      return item !== null && scopes.every((scope) => agreed.includes(scope));
    },
    stands: async (accountId, clientId) => (await state.find(kind, idOf(accountId, clientId))) !== null,
    remember: (accountId, clientId, scopes) =>
      state.save({
        kind,
        id: idOf(accountId, clientId),
        value: { scopes },
        expiresAt: now() + rememberedMs,
        ...plainItem,
      }),
    forget: (accountId, clientId) => state.remove(kind, idOf(accountId, clientId)),
  };
}
