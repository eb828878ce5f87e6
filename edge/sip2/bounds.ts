/** Limits for terminals, and for clients that claim to be terminals. */
export interface Bounds {
  /** The length of a message. Terminals send a few hundred bytes. */
  readonly maxMessageBytes: number;
  /**
   * Time for all of the graph's answers to one message, in ms. A terminal waits three seconds, and must get its answer
   * within `messageTimeoutMs` even if the graph doesn't answer.
   */
  readonly graphTimeoutMs: number;
  readonly maxConnections: number;
  /** Connections from one IPv4 address, or from one /64 network of IPv6. */
  readonly maxConnectionsPerNetwork: number;
  /** Connections without a login. The rest of `maxConnections` is only for known terminals. */
  readonly maxUnknownConnections: number;
  /** Time from the connection to the login, in ms. */
  readonly loginTimeoutMs: number;
  /**
   * Time without a message before the connection is closed, in ms. Terminals ask for the status (99) every few minutes.
   */
  readonly idleTimeoutMs: number;
  /** Time for a terminal to read an answer, in ms. Until then, its next messages are not answered. */
  readonly readingTimeoutMs: number;
  /**
   * The number of wrong logins after which an address is refused. The refusal ends `wrongLoginsMs` after the first of
   * them.
   */
  readonly maxWrongLogins: number;
  /**
   * The number of wrong logins after which a /64 network of IPv6 is refused, for the same time as an address. A /56 is
   * refused after twice as many, and a /48 after four times.
   */
  readonly maxWrongLoginsPerNetwork: number;
  readonly wrongLoginsMs: number;
}

/** The longest time from a message to its answer, in ms. */
export const messageTimeoutMs = 2_500;

export const defaultBounds: Bounds = {
  maxMessageBytes: 4_096,
  graphTimeoutMs: 2_000,
  maxConnections: 1_000,
  maxConnectionsPerNetwork: 100,
  maxUnknownConnections: 200,
  loginTimeoutMs: 10_000,
  idleTimeoutMs: 15 * 60_000,
  readingTimeoutMs: 10_000,
  maxWrongLogins: 10,
  maxWrongLoginsPerNetwork: 100,
  wrongLoginsMs: 10 * 60_000,
};
