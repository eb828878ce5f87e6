/** What a terminal, or somebody who says to be one, may use up. */
export interface Bounds {
  /** Bytes of a message. The longest that a terminal has cause to send is some hundred. */
  readonly maxMessageBytes: number;
  /**
   * Time for the graph's answers to one message, in ms. A terminal waits three seconds and must have ours within
   * `messageTimeoutMs`, whatever the graph does.
   */
  readonly graphTimeoutMs: number;
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  /** Time from the connection to the login, in ms. */
  readonly loginTimeoutMs: number;
  /** Time between two messages, in ms. Terminals ask for the status (99) every few minutes. */
  readonly idleTimeoutMs: number;
  /** Wrong logins from one address, after which it is not listened to until `wrongLoginsMs` after the first of them. */
  readonly maxWrongLogins: number;
  readonly wrongLoginsMs: number;
}

/** A message is answered within this time, in ms. */
export const messageTimeoutMs = 2_500;

export const defaultBounds: Bounds = {
  maxMessageBytes: 4_096,
  graphTimeoutMs: 2_000,
  maxConnections: 1_000,
  maxConnectionsPerAddress: 100,
  loginTimeoutMs: 10_000,
  idleTimeoutMs: 15 * 60_000,
  maxWrongLogins: 10,
  wrongLoginsMs: 10 * 60_000,
};

/** Addresses whose wrong logins are counted at once. With more, the oldest are forgotten. */
const maxAddresses = 10_000;

/** Counts wrong logins by address. `now`: in ms since 1970. */
export class WrongLogins {
  readonly #bounds: Pick<Bounds, 'maxWrongLogins' | 'wrongLoginsMs'>;
  readonly #now: () => number;
  readonly #counted = new Map<string, { count: number; readonly until: number }>();

  constructor(bounds: Pick<Bounds, 'maxWrongLogins' | 'wrongLoginsMs'>, now: () => number) {
    this.#bounds = bounds;
    this.#now = now;
  }

  isLocked(address: string): boolean {
    return (this.#current(address)?.count ?? 0) >= this.#bounds.maxWrongLogins;
  }

  count(address: string): void {
    const current = this.#current(address);
    if (current !== undefined) {
      current.count += 1;
      return;
    }
    const [oldest] = this.#counted.keys();
    if (oldest !== undefined && this.#counted.size >= maxAddresses) {
      this.#counted.delete(oldest);
    }
    this.#counted.set(address, { count: 1, until: this.#now() + this.#bounds.wrongLoginsMs });
  }

  #current(address: string): { count: number } | undefined {
    const counted = this.#counted.get(address);
    if (counted !== undefined && counted.until <= this.#now()) {
      this.#counted.delete(address);
      return undefined;
    }
    return counted;
  }
}
