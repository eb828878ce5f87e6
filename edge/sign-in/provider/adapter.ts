import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import {
  type SealedItem,
  type SealedState,
  SealedStateFull,
  type StoredItem,
} from '../../../store/shared-state/port.ts';
import { temporarilyUnavailable } from './errors.ts';

/** Models that belong to a consent. When the consent is revoked, they are revoked, too. */
export const granted = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken']);

/**
 * Models that are stored without a sign-in, and the maximum number of stored items of each model. All other models
 * belong to a person who has signed in.
 */
const madeByStrangers: ReadonlyMap<string, number> = new Map([
  ['Interaction', 200_000],
  ['Session', 1_000_000],
]);

/** Models that belong to a person. A new PIN ends them. */
const personal = new Set(['Session', 'Grant']);

/**
 * Stores the models of oidc-provider in the state that all processes share. `now` is in ms since 1970. `ownerOf` makes
 * a digest of an account id.
 *
 * The provider first checks whether a code or a refresh token was consumed, and then consumes it. Two requests at the
 * same moment could both pass that check. Here, consuming a code or a token a second time is an error.
 */
export const createAdapterFactory =
  (state: SealedState, now: () => number, ownerOf: (accountId: string) => string) =>
  (kind: string): Adapter => ({
    async upsert(id, payload, expiresIn) {
      if (expiresIn === undefined) {
        throw new TypeError(`sign-in: a ${kind} that never expires`);
      }
      const item: SealedItem = {
        kind,
        id,
        value: { ...payload },
        expiresAt: now() + expiresIn * 1000,
        ownerId: ownerIdOf(kind, payload, ownerOf),
        uid: kind === 'Session' ? (payload.uid ?? null) : null,
        maxOfKind: madeByStrangers.get(kind) ?? null,
      };
      try {
        await state.save(item);
      } catch (error) {
        throw error instanceof SealedStateFull
          ? temporarilyUnavailable('too many people sign in at the moment')
          : error;
      }
    },
    // Clients come only from the clients file.
    find: async (id) => (kind === 'Client' ? undefined : payloadOf(await state.find(kind, id))),
    findByUid: async (uid) => payloadOf(await state.findByUid(kind, uid)),
    /** Only the device flow has user codes, and that flow is off. */
    findByUserCode: async () => undefined,
    async consume(id) {
      if (!(await state.consume(kind, id))) {
        throw new errors.InvalidGrant('already used');
      }
    },
    destroy: (id) => state.remove(kind, id),
    revokeByGrantId: (grantId) => state.removeOwned(kind, grantId),
  });

function ownerIdOf(
  kind: string,
  { grantId, accountId }: AdapterPayload,
  ownerOf: (accountId: string) => string,
): string | null {
  if (granted.has(kind)) {
    return grantId ?? null;
  }
  return personal.has(kind) && accountId !== undefined ? ownerOf(accountId) : null;
}

function payloadOf(item: StoredItem | null): AdapterPayload | undefined {
  if (item === null) {
    return undefined;
  }
  const consumed = item.consumedAt === null ? undefined : { consumed: Math.floor(item.consumedAt / 1000) };
  return { ...item.value, ...consumed };
}
