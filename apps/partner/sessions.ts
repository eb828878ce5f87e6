/** The readers' sessions, in the memory of one process. A service with several processes needs a shared store. */
import { randomBytes } from 'node:crypto';
import type { PendingSignIn, SignedIn } from './library.ts';

export type Session =
  | { readonly kind: 'pending'; readonly pending: PendingSignIn }
  | { readonly kind: 'signedIn'; readonly signedIn: SignedIn; readonly checkedAt: Date };

/** `__Host-` cookies are sent only to this host, over https (or on this machine), and no other host can set them. */
const cookie = '__Host-ebooks';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** Anybody may begin any number of sign-ins. When there are too many sessions, the oldest ones are dropped. */
const maxSessions = 10_000;

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  find(cookies: string | undefined): Session | null {
    const id = idIn(cookies);
    return id === null ? null : (this.#sessions.get(id) ?? null);
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
    return `${cookie}=${id}; ${attributes}`;
  }

  /**
   * Updates the session of a reader who is still signed in. Returns false if the reader has been signed out in the
   * meantime.
   */
  update(cookies: string | undefined, session: Session): boolean {
    const id = idIn(cookies);
    if (id === null || !this.#sessions.has(id)) {
      return false;
    }
    this.#sessions.set(id, session);
    return true;
  }

  /** Ends all sessions that belong to this session at the library, in every browser. */
  endWith(librarySession: string): void {
    for (const [id, session] of this.#sessions) {
      if (session.kind === 'signedIn' && session.signedIn.librarySession === librarySession) {
        this.#sessions.delete(id);
      }
    }
  }

  /** Ends the session. Returns the header `Set-Cookie` that also removes its cookie from the browser. */
  end(cookies: string | undefined): string {
    const id = idIn(cookies);
    if (id !== null) {
      this.#sessions.delete(id);
    }
    return `${cookie}=; ${attributes}; Max-Age=0`;
  }
}

const idIn = (cookies = ''): string | null =>
  new RegExp(`(?:^|; )${cookie}=([\\w-]{43})(?:;|$)`).exec(cookies)?.[1] ?? null;
