/** Limits for terminals, and for clients that claim to be terminals. */
export interface Bounds {
  /** The length of a message. Terminals send a few hundred bytes. */
  readonly maxMessageBytes: number;
  /**
   * The minimum time that the graph gets for all of its answers to one message, in ms. It is longer than `graphTimeoutMs`
   * only in tests on busy machines.
   */
  readonly minGraphTimeoutMs: number;
  readonly maxConnections: number;
  /** Connections without a login from one IPv4 address, or from one /64 network of IPv6. */
  readonly maxUnknownPerNetwork: number;
  /**
   * Connections of one terminal. An e-book service may open several. A station needs one, but its old connections may
   * remain after a fault of the network.
   */
  readonly maxConnectionsPerTerminal: number;
  /** Connections without a login. The rest of `maxConnections` is only for known terminals. */
  readonly maxUnknownConnections: number;
  /** Time for a trusted proxy to send the client's address, in ms. */
  readonly proxyHeaderTimeoutMs: number;
  /** Time from the connection to the login, in ms. */
  readonly loginTimeoutMs: number;
  /** Time without a message before the connection is closed, in ms. Terminals send 99 (status) every few minutes. */
  readonly idleTimeoutMs: number;
  /**
   * Time for a terminal to read its answers once they fill the buffer, in ms. The next messages are not answered until
   * the terminal has read them.
   */
  readonly readingTimeoutMs: number;
  /**
   * The number of wrong passwords after which one user is refused from one IPv4 address, or from one /64 network of IPv6.
   * It is also the number of logins with unknown users after which an address may try no more unknown users. Either
   * refusal ends `wrongLoginsMs` after the first wrong login. Neither refusal affects other known users.
   */
  readonly maxWrongLogins: number;
  /**
   * The number of logins with unknown users after which a /64 network of IPv6 may try no more unknown users. The refusal
   * lasts as long as the refusal of an address. A /56 is refused after twice as many such logins, and a /48 after four
   * times as many.
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

/** Bounds of a terminal's `timeoutSeconds`. The protocol has three digits for tenths of a second. */
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
  // Room for a thousand terminals, and for as many old connections, which a failed network leaves behind.
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
