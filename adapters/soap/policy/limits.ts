/** The limits on what is asked of one system, and on what it may answer. */
export interface Limits {
  /** Deadline of one call, from its start to its answer. It includes the queue, a login and a retry. */
  readonly deadlineMs: number;
  /** Calls that run at the same time, each on its own connection. The vendors built their systems for few. */
  readonly connections: number;
  /** Calls that wait for a connection; each class has a share. One more is rejected as `overloaded`. */
  readonly queue: number;
  /** Size of an answer's body, in bytes. Reading one blocks the event loop: a megabyte takes some 20 ms. */
  readonly maxBytes: number;
  /** Depth of nested elements; the Envelope is the first. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** Number of outage failures in a row that opens the circuit breaker. */
  readonly breakerThreshold: number;
  /** How long the circuit breaker stays open before one call may try, in ms. */
  readonly breakerOpenMs: number;
  /** Maximum delay before a read is retried. The actual delay is a random part of it. */
  readonly retryDelayMs: number;
  /** How long an idle connection stays open. It should close before the system closes it. */
  readonly idleMs: number;
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
 * The default limits, overridden by those given.
 *
 * @throws {RangeError} A limit is not a whole number, or is out of range. The message names it.
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
