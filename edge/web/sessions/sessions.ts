import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SealedItem, SealedState } from '../../../store/shared-state/port.ts';
import { isSameSecret } from '../../server/same-secret.ts';
import { plainItem } from '../../server/shared-item.ts';
import type { Area } from '../areas.ts';
import { providerTimeoutMs } from '../sign-in/provider.ts';
import { type SignedInPerson, signedInPersonShape, type Tokens } from '../sign-in/signed-in-person.ts';

const storedShape = signedInPersonShape.extend({ csrfToken: z.string(), signedInAt: z.number() });

type StoredSession = z.infer<typeof storedShape>;

/** A person's session in an area. Times are in ms since 1970. */
export interface Session extends StoredSession {
  readonly lastUsedAt: number;
}

const useShape = z.object({ at: z.number() });
const lockShape = z.object({ owner: z.string(), expiresAt: z.number() });

/**
 * The sessions of one area. An id is a secret that only the browser's cookie contains. All methods except `expiresAt`
 * reject if the state can't be reached.
 */
export interface Sessions {
  /** Resolves to the session's id. */
  begin(person: SignedInPerson): Promise<string>;
  /**
   * Finds a session. Finding counts as a use, and so extends the session. Null if no session has this id, or if the
   * session has ended.
   */
  find(id: string): Promise<Session | null>;
  /** Finds a session as `find` does, but doesn't extend it. For requests that no person caused. */
  peek(id: string): Promise<Session | null>;
  /** Resolves to whether the session still exists. */
  replaceTokens(id: string, session: Session, tokens: Tokens): Promise<boolean>;
  end(id: string): Promise<void>;
  /** Ends the sessions that belong to this session of the provider. */
  endWith(providerSession: string): Promise<void>;
  /** The time at which the session ends if it isn't used again, in ms since 1970. */
  expiresAt(session: Session): number;
  /**
   * Locks the renewal of the session's tokens, because a refresh token can be used only once. Null if another process
   * has the lock.
   */
  lockRefresh(id: string): Promise<AsyncDisposable | null>;
}

/** A session's use is stored at most once in this time, in ms. */
const useNotedMs = 60_000;
/**
 * The maximum time of a renewal, in ms, after which another process may renew the tokens. The provider may need two
 * requests: one for its configuration, and one for the tokens.
 */
const refreshLockMs = 2 * providerTimeoutMs + 5_000;

export function createSessions(state: SealedState, area: Area, now: () => number): Sessions {
  const kind = `Session ${area.name}`;
  /**
   * The last use of a session is stored separately. Storing it with the session could bring back a session that has
   * ended, or tokens from before a renewal. A session without a stored use has been idle for too long.
   */
  const useKind = `SessionUse ${area.name}`;
  const lockKind = `Refresh ${area.name}`;
  const endOf = ({ signedInAt }: Pick<Session, 'signedInAt'>) => signedInAt + area.totalMs;
  const expiresAt = (session: Pick<Session, 'signedInAt' | 'lastUsedAt'>) =>
    Math.min(session.lastUsedAt + area.idleMs, endOf(session));
  const itemOf = (id: string, session: StoredSession): SealedItem => ({
    ...plainItem,
    kind,
    id,
    value: session,
    expiresAt: endOf(session),
    ownerId: session.providerSession,
  });
  const noteUse = (id: string, session: Pick<Session, 'signedInAt' | 'lastUsedAt'>) =>
    state.save({
      kind: useKind,
      id,
      value: { at: session.lastUsedAt },
      expiresAt: expiresAt(session),
      ...plainItem,
    });
  /**
   * Removes a lock that was made while the clock was wrong: it ends later than any valid lock can end. Resolves to
   * whether a lock was removed.
   */
  const removeImpossibleLock = async (id: string, latestEnd: number): Promise<boolean> => {
    const lock = lockShape.safeParse((await state.find(lockKind, id))?.value);
    if (!lock.success || lock.data.expiresAt <= latestEnd + refreshLockMs) {
      return false;
    }
    await state.removeOwned(lockKind, lock.data.owner);
    return true;
  };
  const peek = async (id: string): Promise<Session | null> => {
    const [item, use] = await Promise.all([state.find(kind, id), state.find(useKind, id)]);
    return item === null || use === null
      ? null
      : { ...storedShape.parse(item.value), lastUsedAt: useShape.parse(use.value).at };
  };
  return {
    peek,
    async begin(person) {
      const id = newSecret();
      const at = now();
      await noteUse(id, { signedInAt: at, lastUsedAt: at });
      await state.save(itemOf(id, { ...person, csrfToken: newSecret(), signedInAt: at }));
      return id;
    },
    async find(id) {
      const session = await peek(id);
      if (session === null || now() - session.lastUsedAt < useNotedMs) {
        return session;
      }
      const used = { ...session, lastUsedAt: now() };
      await noteUse(id, used);
      return used;
    },
    replaceTokens: (id, { lastUsedAt: _, ...session }, tokens) =>
      state.replace(itemOf(id, { ...session, tokens })),
    async end(id) {
      await state.remove(kind, id);
      await state.remove(useKind, id);
    },
    endWith: (providerSession) => state.removeOwned(kind, providerSession),
    expiresAt,
    async lockRefresh(id) {
      const owner = newSecret();
      const expiresAt = now() + refreshLockMs;
      const add = () =>
        state.add({
          ...plainItem,
          kind: lockKind,
          id,
          value: { owner, expiresAt },
          expiresAt,
          ownerId: owner,
        });
      const isLocked = (await add()) || ((await removeImpossibleLock(id, expiresAt)) && (await add()));
      // After this lock has expired, another process may hold a new lock. So the lock is removed only if it still has
      // this owner.
      return isLocked ? { [Symbol.asyncDispose]: () => state.removeOwned(lockKind, owner) } : null;
    },
  };
}

/** A random secret of 256 bits. */
const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whether a request contains the session's token, which only the session's own page could read. */
export const isCsrfToken = ({ csrfToken }: Session, sent: unknown): boolean => isSameSecret(csrfToken, sent);
