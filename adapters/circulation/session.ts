import { UpstreamError } from '../soap/port.ts';

export interface SessionSettings {
  /** Logs in and returns the session's id. The login has a deadline of its own. */
  readonly login: () => Promise<string>;
  /** Milliseconds since a fixed moment. */
  readonly clock: () => number;
  /** The time for which a refused login is remembered, in ms. A login with every call would lock the account. */
  readonly refusalMs: number;
}

/**
 * The one session that all calls share. CIRC forgets the session after ten idle minutes, and when CIRC restarts.
 *
 * Two calls find out at the same time that session `A` has expired:
 *
 *     call 1: renew('A')   ends session A and starts a login
 *     call 2: renew('A')   finds that A has ended, and waits for the same login
 *     Login → 'B'          both calls get 'B'
 */
export class Session {
  readonly #settings: SessionSettings;
  /** The session's id, or the login that will give it. */
  #current: Promise<string> | null = null;
  #refusal: { readonly error: UpstreamError; readonly until: number } | null = null;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /**
   * The session's id. Logs in if there is no session. Callers that arrive during the login wait for it.
   *
   * @throws {UpstreamError} The login failed. After a refused login, every call gets `unauthorized` for `refusalMs`.
   */
  id(): Promise<string> {
    const { clock } = this.#settings;
    if (this.#refusal !== null && clock() < this.#refusal.until) {
      return Promise.reject(this.#refusal.error);
    }
    this.#current ??= this.#login();
    return this.#current;
  }

  /**
   * Returns the id of a new session, because CIRC doesn't know `expiredId` any more. Only the first call with an
   * expired id ends that session. A later call with the same id gets the new session, or waits for its login.
   */
  async renew(expiredId: string): Promise<string> {
    const current = this.#current;
    if (current !== null && (await current) === expiredId && this.#current === current) {
      this.#current = null;
    }
    return this.id();
  }

  async #login(): Promise<string> {
    const { login, clock, refusalMs } = this.#settings;
    try {
      const id = await login();
      this.#refusal = null;
      return id;
    } catch (error) {
      this.#current = null;
      if (error instanceof UpstreamError && error.reason === 'unauthorized') {
        this.#refusal = { error, until: clock() + refusalMs };
      }
      throw error;
    }
  }
}
