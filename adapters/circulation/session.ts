import { UpstreamError } from '../soap/port.ts';

export interface SessionSettings {
  /** Logs in; its own deadline bounds it. */
  readonly login: () => Promise<string>;
  /** Milliseconds, from any fixed moment. */
  readonly clock: () => number;
  /** How long a refused login is taken for granted: to ask again at every call would lock the account. */
  readonly refusalMs: number;
}

/** The one session that all calls share. CIRC forgets it after ten idle minutes, and when it restarts. */
export class Session {
  readonly #settings: SessionSettings;
  /** The session, or the login under way for it. */
  #current: Promise<string> | null = null;
  #refusal: { readonly error: UpstreamError; readonly until: number } | null = null;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  /** The session's id; logs in where there is none. All who ask meanwhile wait for the same login. */
  id(): Promise<string> {
    const { clock } = this.#settings;
    if (this.#refusal !== null && clock() < this.#refusal.until) {
      return Promise.reject(this.#refusal.error);
    }
    this.#current ??= this.#login();
    return this.#current;
  }

  /**
   * A call was told that the session it used is unknown. Only the first to say so ends it: who comes later with the old
   * id finds the new session, or the login under way.
   */
  async renew(expired: string): Promise<string> {
    const current = this.#current;
    if (current !== null && (await current) === expired && this.#current === current) {
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
