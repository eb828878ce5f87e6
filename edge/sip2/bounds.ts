/** Limits for terminals, and for clients that claim to be terminals. */
export interface Bounds {
  /** The length of a message. Terminals send a few hundred bytes. */
  readonly maxMessageBytes: number;
  /** The graph has at least this time to answer one message, in ms. Tests on busy machines set it high. */
  readonly minGraphTimeoutMs: number;
  readonly maxConnections: number;
  /** The maximum number of connections without a login from one IPv4 address, or from one /64 network of IPv6. */
  readonly maxUnknownPerNetwork: number;
  /**
   * The maximum number of connections of one terminal. An e-book service may open several. A station needs one, but its
   * old connections may remain after a fault of the network.
   */
  readonly maxConnectionsPerTerminal: number;
  /**
   * The maximum number of connections without a login, from all networks. The rest of `maxConnections` is only for
   * known terminals.
   */
  readonly maxUnknownConnections: number;
  /** Time for a trusted proxy to send the client's address, in ms. */
  readonly proxyHeaderTimeoutMs: number;
  /** Time from the connection to the login, in ms. */
  readonly loginTimeoutMs: number;
  /** Time without a message before the connection is closed, in ms. Terminals send 99 (status) every few minutes. */
  readonly idleTimeoutMs: number;
  /**
   * Time for a terminal to read its answers after they have filled the buffer, in ms. Until it has read them, its next
   * messages are not answered.
   */
  readonly readingTimeoutMs: number;
  /**
   * The maximum number of wrong logins within `wrongLoginsMs`, in two counts:
   * - Wrong passwords of one known user, from one IPv4 address or one /64 network of IPv6. At the maximum, this address
   *   or network can't log in as this user.
   * - Logins of unknown users, from one address. At the maximum, the address can't log in as an unknown user.
   *
   * A refusal doesn't affect other known users. It ends `wrongLoginsMs` after the first wrong login.
   */
  readonly maxWrongLogins: number;
  /**
   * The maximum number of logins of unknown users from one /64 network of IPv6 within `wrongLoginsMs`. A /56 network
   * may have twice as many, and a /48 four times as many. At its limit, a network can't log in as an unknown user until
   * `wrongLoginsMs` after the first counted login.
   */
  readonly maxWrongLoginsPerNetwork: number;
  readonly wrongLoginsMs: number;
  /** Time in which a repeated message gets the same answer again, in ms. Terminals repeat a message within seconds. */
  readonly repetitionMs: number;
}

/**
 * The part of a terminal's timeout that the graph can't use, in ms. In this time, the answer is written and sent to the
 * terminal.
 */
const answerMarginMs = 1_000;

/** Bounds of a terminal's `timeoutSeconds`. */
export const minTimeoutSeconds = 3;
export const maxTimeoutSeconds = 30;
/**
 * The shortest `timeoutSeconds` of a terminal that takes payments: a payment takes time, and so does its cancellation.
 */
export const minPayingSeconds = 15;

/** Time for all of the graph's answers to one message of a terminal, in ms. */
export const graphTimeoutMs = (timeoutSeconds: number): number => timeoutSeconds * 1_000 - answerMarginMs;

/** The longest time from a message to its answer, in ms. */
export const messageTimeoutMs = maxTimeoutSeconds * 1_000 - answerMarginMs / 2;

export const defaultBounds: Bounds = {
  maxMessageBytes: 4_096,
  minGraphTimeoutMs: 0,
  // Room for a thousand terminals, each with an old connection that a failed network left behind.
  maxConnections: 2_000,
  maxUnknownPerNetwork: 100,
  maxConnectionsPerTerminal: 100,
  maxUnknownConnections: 200,
  proxyHeaderTimeoutMs: 2_000,
  loginTimeoutMs: 10_000,
  idleTimeoutMs: 15 * 60_000,
  readingTimeoutMs: 10_000,
  maxWrongLogins: 10,
  maxWrongLoginsPerNetwork: 100,
  wrongLoginsMs: 10 * 60_000,
  repetitionMs: 60_000,
};
