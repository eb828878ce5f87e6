/** The bounds on all that is asked of one system. */
export interface Limits {
  /** Of one call, from being asked to being answered: waiting in the queue, a login, a retry and all. */
  readonly deadlineMs: number;
  /** Calls under way at once, each on a connection of its own. The vendors were built for few. */
  readonly connections: number;
  /** Calls that wait for a connection, of each class its share; one more is refused as `overloaded`. */
  readonly queue: number;
  /** Of an answer's body. Reading one holds everything else up: a megabyte takes some 20 ms. */
  readonly maxBytes: number;
  /** Of elements in elements, the Envelope being the first. */
  readonly maxDepth: number;
  readonly maxElements: number;
  /** So many failures in a row open the circuit breaker. */
  readonly breakerThreshold: number;
  /** How long it stays open before one call may try. */
  readonly breakerOpenMs: number;
  /** The longest wait before a read is tried once more; a random part of it is waited. */
  readonly retryDelayMs: number;
  /** An idle connection is closed after so long: before the system does it, if all goes well. */
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

/** The defaults with what is given instead. Throws a `RangeError` that names the limit that makes no sense. */
export function limitsOf(given: Partial<Limits> = {}): Limits {
  const limits = { ...defaultLimits, ...given };
  for (const [name, value] of Object.entries(limits)) {
    const least = name === 'queue' || name === 'retryDelayMs' ? 0 : 1;
    // Timers take no more than 2^31 - 1.
    if (!Number.isInteger(value) || value < least || value > 0x7fff_ffff) {
      throw new RangeError(`${name} is ${value}: a whole number from ${least} is wanted`);
    }
  }
  return limits;
}
