import type { CallClass } from '../../../platform/priority/call-classes.ts';

/** The limits on calls to one system, and on its answers. */
export interface Limits {
  /** The time limit of one call, from its start to its answer. It includes the queue, a login and a retry. */
  readonly deadlineMs: number;
  /**
   * Maximum number of calls that run at the same time. Each has its own connection. The vendors built their systems for
   * few connections.
   */
  readonly connections: number;
  /**
   * Maximum number of calls of the most urgent class that wait for a connection. Each less urgent class has a queue of
   * its own, for a smaller share of this number. A further call is rejected as `overloaded`.
   */
  readonly queue: number;
  /** Maximum size of an answer's body, in bytes. Reading a body blocks the event loop: a megabyte takes about 20 ms. */
  readonly maxBytes: number;
  /** Maximum depth of nested elements. The Envelope has depth 1. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Number of outages in a row that opens the circuit breaker. */
  readonly breakerThreshold: number;
  /** The time for which the circuit breaker stays open, in ms. Then one call is sent as a probe. */
  readonly breakerOpenMs: number;
  /** Maximum delay before a read is retried, in ms. The actual delay is a random part of this limit. */
  readonly retryDelayMs: number;
  /** The time for which an idle connection stays open, in ms. We should close it before the system does. */
  readonly idleMs: number;
}

/** The limits, and the most urgent class of the client's calls. No connection is reserved for a more urgent class. */
export interface PolicyLimits extends Limits {
  /** `lending` by default. */
  readonly highestClass?: CallClass;
}

export const defaultLimits: Limits = {
  deadlineMs: 5_000,
  connections: 8,
  queue: 128,
  maxBytes: 1024 * 1024,
  maxDepth: 64,
  maxElements: 100_000,
  breakerThreshold: 10,
  breakerOpenMs: 5_000,
  retryDelayMs: 200,
  idleMs: 2_000,
};

/** The largest delay that Node's timers take: 2^31 - 1. */
const maxTimerMs = 0x7fff_ffff;

/**
 * The default limits, with the replacements in `overrides`.
 *
 * @throws {RangeError} A limit is not a whole number, or is out of range. The message names the limit.
 */
export function limitsOf(overrides: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...overrides };
  for (const [name, value] of Object.entries(limits)) {
    const minimum = name === 'queue' || name === 'retryDelayMs' ? 0 : 1;
    if (!Number.isInteger(value) || value < minimum || value > maxTimerMs) {
      throw new RangeError(`${name} is ${value}: it must be a whole number from ${minimum} to ${maxTimerMs}`);
    }
  }
  return limits;
}
