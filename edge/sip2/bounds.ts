/** Limits for terminals, and for clients that claim to be one. */
export interface Bounds {
  /** Length of a message in bytes. Terminals send a few hundred. */
  readonly maxMessageBytes: number;
  /**
   * Time for the graph's answers to one message, in ms. A terminal waits three seconds and must have ours within
   * `messageTimeoutMs`, whatever the graph does.
   */
  readonly graphTimeoutMs: number;
  readonly maxConnections: number;
  /** From one address, or one /64 network of IPv6. */
  readonly maxConnectionsPerNetwork: number;
  /** How many of all connections may be without a login. The others are for known terminals. */
  readonly maxUnknownConnections: number;
  /** Time from the connection to the login, in ms. */
  readonly loginTimeoutMs: number;
  /** Time between two messages, in ms. Terminals ask for the status (99) every few minutes. */
  readonly idleTimeoutMs: number;
  /** Time for a terminal to read an answer, in ms. Meanwhile none of its messages is answered. */
  readonly readingTimeoutMs: number;
  /** After this many wrong logins an address is refused, until `wrongLoginsMs` after the first of them. */
  readonly maxWrongLogins: number;
  /** The same for a /64 network of IPv6. */
  readonly maxWrongLoginsPerNetwork: number;
  readonly wrongLoginsMs: number;
}

/** A message is answered within this time, in ms. */
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
