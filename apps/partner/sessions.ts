/** The readers' sessions, in the memory of one process. A service with several processes needs a shared store. */
import { randomBytes } from 'node:crypto';
import type { PendingSignIn, SignedIn } from './library.ts';

export type Session = { readonly kind: 'pending'; readonly pending: PendingSignIn } | SignedInSession;

export interface SignedInSession {
  readonly kind: 'signedIn';
  readonly signedIn: SignedIn;
  readonly checkedAt: Date;
  /** The time, by `performance.now()`, at which a stream last reported the standing. 0 if none has. */
  readonly toldAt: number;
}

/** Browsers send a `__Host-` cookie only to this host, over https (or on this machine). No other host can set it. */
const cookie = '__Host-ebooks';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/**
 * The maximum number of sessions. Anybody can begin any number of sign-ins, so the oldest sessions are dropped when
 * there are too many.
 */
const maxSessions = 10_000;

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #onChange: (id: string) => void;

  /** @param onChange called with the id of a session that was begun, changed or ended */
  constructor(onChange: (id: string) => void) {
    this.#onChange = onChange;
  }

  /** The pseudonyms of all readers who are signed in, in the order of their sign-ins. */
  get pseudonyms(): ReadonlySet<string> {
    return new Set(this.#signedIn().map(([, { signedIn }]) => signedIn.reader.pseudonym));
  }

  /** The sessions of one reader in all browsers, each with its id. */
  of(pseudonym: string): readonly (readonly [id: string, session: SignedInSession])[] {
    return this.#signedIn().filter(([, { signedIn }]) => signedIn.reader.pseudonym === pseudonym);
  }

  find(cookies: string | undefined): Session | null {
    const id = idIn(cookies);
    return id === null ? null : this.get(id);
  }

  get(id: string): Session | null {
    return this.#sessions.get(id) ?? null;
  }

  /** Ends the browser's session, if there is one, and begins another with a new id. Returns the header `Set-Cookie`. */
  replace(cookies: string | undefined, session: Session): string {
    this.end(cookies);
    const [oldest] = this.#sessions.keys();
    if (oldest !== undefined && this.#sessions.size >= maxSessions) {
      this.#sessions.delete(oldest);
    }
    const id = randomBytes(32).toString('base64url');
    this.#sessions.set(id, session);
    this.#onChange(id);
    return `${cookie}=${id}; ${attributes}`;
  }

  /** Updates the session of a reader who is still signed in. Returns false if the session has ended. */
  update(id: string, session: Session): boolean {
    if (!this.#sessions.has(id)) {
      return false;
    }
    this.#sessions.set(id, session);
    this.#onChange(id);
    return true;
  }

  /**
   * Stores the result of a renewal that was requested at `askedAt`, by `performance.now()`. If a stream has reported
   * the reader's standing since `askedAt`, that standing is kept, because it may be newer than the renewal's. Returns
   * false if the session has ended.
   */
  answered(id: string, signedIn: SignedIn, askedAt: number, checkedAt: Date): boolean {
    const before = this.get(id);
    if (before?.kind !== 'signedIn') {
      return false;
    }
    const isTold = before.toldAt > askedAt;
    const { reader } = (isTold ? before : { signedIn }).signedIn;
    return this.update(id, {
      kind: 'signedIn',
      signedIn: { ...signedIn, reader },
      checkedAt: isTold ? before.checkedAt : checkedAt,
      toldAt: before.toldAt,
    });
  }

  /** Ends all sessions, in any browser, that began with this session at the library. */
  endWith(librarySession: string): void {
    for (const [id, session] of this.#sessions) {
      if (session.kind === 'signedIn' && session.signedIn.librarySession === librarySession) {
        this.#sessions.delete(id);
        this.#onChange(id);
      }
    }
  }

  /** Ends the session. Returns the header `Set-Cookie` that removes the cookie from the browser. */
  end(cookies: string | undefined): string {
    const id = idIn(cookies);
    if (id !== null) {
      this.#sessions.delete(id);
      this.#onChange(id);
    }
    return `${cookie}=; ${attributes}; Max-Age=0`;
  }

  #signedIn(): readonly (readonly [string, SignedInSession])[] {
    return [...this.#sessions].flatMap(([id, session]) =>
      session.kind === 'signedIn' ? [[id, session] as const] : [],
    );
  }
}

/** The id of the session in the header `Cookie`; null if the header has no such id. */
export const idIn = (cookies = ''): string | null =>
  new RegExp(`(?:^|; )${cookie}=([\\w-]{43})(?:;|$)`).exec(cookies)?.[1] ?? null;
