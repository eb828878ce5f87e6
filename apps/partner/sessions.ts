/** Who is signed in, in the memory of one process. A service with several keeps this in a store that all of them share. */
import { randomBytes } from 'node:crypto';
import type { PendingSignIn, SignedIn } from './library.ts';

export type Session =
  | { readonly kind: 'pending'; readonly pending: PendingSignIn }
  | { readonly kind: 'signedIn'; readonly signedIn: SignedIn; readonly checkedAt: Date };

/** `__Host-`: of this host alone, over https (or on this machine), and no other host can set it. */
const cookie = '__Host-ebooks';
const attributes = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** Strangers may begin as many sign-ins as they like; the oldest are forgotten. */
const maxSessions = 10_000;

export class Sessions {
  readonly #sessions = new Map<string, Session>();

  find(cookies: string | undefined): Session | null {
    const id = idIn(cookies);
    return id === null ? null : (this.#sessions.get(id) ?? null);
  }

  /** The header `Set-Cookie` of a session that takes the place of the one before, under a new id. */
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

  /** Keeps what is newly known of a reader who is still signed in. False: they have been signed out in the meantime. */
  update(cookies: string | undefined, session: Session): boolean {
    const id = idIn(cookies);
    if (id === null || !this.#sessions.has(id)) {
      return false;
    }
    this.#sessions.set(id, session);
    return true;
  }

  /** Ends what readers are signed in to by that session at the library, in whichever browser. */
  endWith(librarySession: string): void {
    for (const [id, session] of this.#sessions) {
      if (session.kind === 'signedIn' && session.signedIn.librarySession === librarySession) {
        this.#sessions.delete(id);
      }
    }
  }

  /** The header `Set-Cookie` that removes it from the browser, too. */
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
