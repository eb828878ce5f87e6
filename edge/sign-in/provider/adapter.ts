import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import {
  type SealedItem,
  type SealedState,
  SealedStateFull,
  type StoredItem,
} from '../../../store/shared-state/port.ts';
import { temporarilyUnavailable } from './errors.ts';
import { AlreadyRefreshed, refreshAnswerKind } from './tokens/refresh-races.ts';

/** The kinds of stored items that belong to a grant. When the grant ends, they end, too. */
const granted = new Set(['AccessToken', 'AuthorizationCode', 'RefreshToken', refreshAnswerKind]);

/**
 * Ends a grant and everything that belongs to it. The grant is removed first. Another request may store a token at the
 * same moment. Either that request notices that the grant is gone, or this function removes the token.
 */
export async function endGrant(state: SealedState, id: string): Promise<void> {
  await state.remove('Grant', id);
  for (const kind of granted) {
    await state.removeOwned(kind, id);
  }
}

/**
 * The kinds of items that are stored for people who have not signed in, with the maximum number of each kind. Each item
 * belongs to the network of the browser. If there are too many items of a kind, the network with the most of them loses
 * its oldest one. All other kinds are stored only for a person who has signed in, or for a client that has
 * authenticated itself.
 */
export const madeBeforeSignIn = {
  Interaction: 200_000,
  PushedAuthorizationRequest: 200_000,
  Session: 1_000_000,
} as const;

const maxOf = (kind: string): number | null =>
  kind in madeBeforeSignIn ? madeBeforeSignIn[kind as keyof typeof madeBeforeSignIn] : null;

/** The kinds of stored items that belong to a person. A new PIN ends them. */
const personal = new Set(['Session', 'Grant']);

/**
 * Stores the items of oidc-provider in the state that all processes share. `now` is in ms since 1970. `ownerOf` makes a
 * digest of an account id. `networkOfRequest` returns a digest of the network that the current request comes from; null
 * outside of requests. For IPv6, this is the widest network that the client may own.
 *
 * The provider first checks whether a code or a refresh token was consumed, and then consumes it. Two simultaneous
 * requests could both pass that check. Here, consuming a code or a token a second time is an error. A second use of a
 * code also revokes the tokens of the first use (RFC 6749, section 4.1.2). This works even while the first use is still
 * being answered. In the same way, only one of two simultaneous requests may use a client's signed assertion.
 */
export const createAdapterFactory =
  (
    state: SealedState,
    now: () => number,
    ownerOf: (accountId: string) => string,
    networkOfRequest: () => string | null,
  ) =>
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
        ownerId: ownerIdOf(kind, payload, ownerOf) ?? (maxOf(kind) === null ? null : networkOfRequest()),
        uid: kind === 'Session' ? (payload.uid ?? null) : null,
        maxOfKind: maxOf(kind),
      };
      try {
        if (kind === 'ReplayDetection') {
          await addOnce(state, item);
          return;
        }
        await state.save(item);
        await requireGrant(state, item);
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
      if (await state.consume(kind, id)) {
        return;
      }
      switch (kind) {
        case 'PushedAuthorizationRequest':
          throw new errors.InvalidRequestUri('the request_uri was already used');
        case 'RefreshToken':
          throw new AlreadyRefreshed(id);
        default:
          await endGrantOf(state, kind, id);
          throw new errors.InvalidGrant('already used');
      }
    },
    destroy: (id) => state.remove(kind, id),
    revokeByGrantId: (grantId) => state.removeOwned(kind, grantId),
  });

/** @throws InvalidClientAuth if the client has sent this assertion before. */
async function addOnce(state: SealedState, item: SealedItem): Promise<void> {
  if (!(await state.add(item))) {
    throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
  }
}

async function endGrantOf(state: SealedState, kind: string, id: string): Promise<void> {
  const grantId = (await state.find(kind, id))?.value.grantId;
  if (typeof grantId === 'string') {
    await endGrant(state, grantId);
  }
}

/**
 * Checks that the grant of an item still exists, after the item was stored. If the grant has ended, removes the item.
 * @throws InvalidGrant
 */
async function requireGrant(state: SealedState, { kind, id, ownerId }: SealedItem): Promise<void> {
  if (granted.has(kind) && ownerId !== null && (await state.find('Grant', ownerId)) === null) {
    await state.remove(kind, id);
    throw new errors.InvalidGrant('the grant has ended');
  }
}

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
