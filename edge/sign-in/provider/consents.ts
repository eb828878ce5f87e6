/** What readers have agreed to, so that they are not asked again. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';

/** A reader is asked again after a year. */
const rememberedMs = 365 * 24 * 60 * 60 * 1000;
const kind = 'Consent';
const stored = z.object({ scopes: z.array(z.string()) });

export interface Consents {
  /** Whether the person has agreed that the client learns what all of these scopes stand for. */
  covers(accountId: string, clientId: string, scopes: readonly string[]): Promise<boolean>;
  /** Whether the person has agreed to anything, so that the client may come back without asking. */
  stands(accountId: string, clientId: string): Promise<boolean>;
  /** Replaces what they agreed to before. */
  remember(accountId: string, clientId: string, scopes: readonly string[]): Promise<void>;
  forget(accountId: string, clientId: string): Promise<void>;
}

export function createConsents(state: SealedState, now: () => number): Consents {
  const key = state.keyFor('consents');
  // An HMAC: nobody who reads the database can find a patron by trying numbers.
  const idOf = (accountId: string, clientId: string): string =>
    createHmac('sha256', key)
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
