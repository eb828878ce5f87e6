/** The readers' sessions, in the memory of one process. A service with several processes needs a shared store. */
import { randomBytes } from 'node:crypto';
import type { PendingSignIn, SignedIn } from './library.ts';

export type Session = { readonly kind: 'pending'; readonly pending: PendingSignIn } | SignedInSession;

export interface SignedInSession {
  readonly kind: 'signedIn';
  readonly signedIn: SignedIn;
  readonly checkedAt: Date;
  /** When a stream told the standing last, by `performance.now()`. 0 before that. */
  readonly toldAt: number;
}

/** `__Host-` cookies are sent only to this host, over https (or on this machine), and no other host can set them. */
const cookie = '__Host-ebooks';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** Anybody may begin any number of sign-ins. When there are too many sessions, the oldest ones are dropped. */
const maxSessions = 10_000;

export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #onChange: (id: string) => void;

  /** @param onChange called with the id of a session that was begun, changed or ended */
  constructor(onChange: (id: string) => void) {
    this.#onChange = onChange;
  }

  /** The pseudonyms of all readers who are signed in. Those who have signed in last come last. */
  get pseudonyms(): ReadonlySet<string> {
    return new Set(this.#signedIn().map(([, { signedIn }]) => signedIn.reader.pseudonym));
  }

  /** The sessions of a reader, in all browsers, by their ids. */
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

  /** Replaces the session with another one, which has a new id. Returns the header `Set-Cookie`. */
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

  /**
   * Updates the session of a reader who is still signed in. Returns false if the reader has been signed out in the
   * meantime.
   */
  update(id: string, session: Session): boolean {
    if (!this.#sessions.has(id)) {
      return false;
    }
    this.#sessions.set(id, session);
    this.#onChange(id);
    return true;
  }

  /**
   * Keeps an answer that was asked for at `askedAt`, by `performance.now()`. If a stream has told the standing since, that one
   * stays, because the answer may be older. Returns false if the reader has been signed out in the meantime.
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

  /** Ends all sessions that belong to this session at the library, in every browser. */
  endWith(librarySession: string): void {
    for (const [id, session] of this.#sessions) {
      if (session.kind === 'signedIn' && session.signedIn.librarySession === librarySession) {
        this.#sessions.delete(id);
        this.#onChange(id);
      }
    }
  }

  /** Ends the session. Returns the header `Set-Cookie` that also removes its cookie from the browser. */
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

/** The id of the session in the header `Cookie`; null if there is none. */
export const idIn = (cookies = ''): string | null =>
  new RegExp(`(?:^|; )${cookie}=([\\w-]{43})(?:;|$)`).exec(cookies)?.[1] ?? null;
