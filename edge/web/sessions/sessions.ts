import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { SealedState } from '../../../adapters/shared-state/port.ts';
import { isSameSecret } from '../../server/same-secret.ts';
import type { Area } from '../areas.ts';

const tokensShape = z.object({
  accessToken: z.string(),
  /** In ms since 1970. */
  accessExpiresAt: z.number(),
  /** Null where the provider gives none: the session ends with its access token. */
  refreshToken: z.string().nullable(),
  /** What the provider has granted. The graph may grant less. */
  scopes: z.array(z.string()),
});

/** What the provider has given in somebody's name. It never leaves the server. */
export type Tokens = z.infer<typeof tokensShape>;

const sessionShape = z.object({
  ...{ csrfToken: z.string(), signedInAt: z.number(), lastUsedAt: z.number() },
  /** How the page may call who is signed in; null where the graph knows better. */
  name: z.string().nullable(),
  patronId: z.string().nullable(),
  /** The provider's own session, with which this one ends; null where it doesn't say. */
  providerSession: z.string().nullable().default(null),
  tokens: tokensShape,
});

/** Somebody who is signed in to an area. Times in ms since 1970. */
export type Session = z.infer<typeof sessionShape>;

export type NewSession = Pick<Session, 'name' | 'patronId' | 'providerSession' | 'tokens'>;

/** The sessions of one area. An id is a secret: the browser's cookie alone has it. All reject where the state can't be reached. */
export interface Sessions {
  /** Resolves to the id. */
  begin(session: NewSession): Promise<string>;
  /** Null where there is none, or no more. Counts as a use, which puts off its end. */
  find(id: string): Promise<Session | null>;
  replaceTokens(id: string, session: Session, tokens: Tokens): Promise<void>;
  end(id: string): Promise<void>;
  /** Ends what began with that session of the provider. */
  endWith(providerSession: string): Promise<void>;
  /** When it ends if nothing more is asked, in ms since 1970. */
  expiresAt(session: Session): number;
  /** Of all processes, one at a time has new tokens fetched for a session: a refresh token is good once. */
  lockRefresh(id: string): Promise<AsyncDisposable | null>;
}

/** A use is written down once a minute, and not at each request. */
const useNotedMs = 60_000;
/** A refresh takes as long as the provider may take; then another process may try. */
const refreshLockMs = 15_000;

export function createSessions(state: SealedState, area: Area, now: () => number): Sessions {
  const kind = `Session ${area.name}`;
  const lockKind = `Refresh ${area.name}`;
  const expiresAt = ({ lastUsedAt, signedInAt }: Session) =>
    Math.min(lastUsedAt + area.idleMs, signedInAt + area.totalMs);
  const save = (id: string, session: Session) =>
    state.save({
      ...{ kind, id, value: session, expiresAt: expiresAt(session) },
      ...ofNobody,
      ownerId: session.providerSession,
    });
  const read = async (id: string) => {
    const item = await state.find(kind, id);
    return item === null ? null : sessionShape.parse(item.value);
  };
  return {
    async begin(session) {
      const id = newSecret();
      const at = now();
      await save(id, { ...session, csrfToken: newSecret(), signedInAt: at, lastUsedAt: at });
      return id;
    },
    async find(id) {
      const stored = await read(id);
      if (stored === null || now() - stored.lastUsedAt < useNotedMs) {
        return stored;
      }
      const used = { ...stored, lastUsedAt: now() };
      await save(id, used);
      return used;
    },
    async replaceTokens(id, session, tokens) {
      // Not where it was ended meanwhile: a sign-out stays one.
      const stored = await read(id);
      if (stored !== null) {
        await save(id, { ...stored, lastUsedAt: session.lastUsedAt, tokens });
      }
    },
    end: (id) => state.remove(kind, id),
    endWith: (providerSession) => state.removeOwned(kind, providerSession),
    expiresAt,
    async lockRefresh(id) {
      const lock = { kind: lockKind, id, value: {}, expiresAt: now() + refreshLockMs };
      const isLocked = await state.add({ ...lock, ...ofNobody });
      return isLocked ? { [Symbol.asyncDispose]: () => state.remove(lockKind, id) } : null;
    },
  };
}

/** A session is found by its id alone, and only those who signed in make one. */
const ofNobody = { ownerId: null, uid: null, maxOfKind: null };

/** 256 bits. */
const newSecret = (): string => randomBytes(32).toString('base64url');

/** Whether a request has the token that only the session's own page could read. */
export const isCsrfToken = ({ csrfToken }: Session, sent: unknown): boolean => isSameSecret(csrfToken, sent);
