/** The number that was drawn last from a source, and the source. Another source may draw the same numbers again. */
export interface DrawnNumber {
  readonly number: bigint;
  readonly source: string;
}

/**
 * The longest time that counts between two notes, in ms. In a longer time, the process may have been frozen, the source
 * unreachable, or the process's clock changed.
 */
const maxGapMs = 5_000;

/**
 * Measures how long ago a number was drawn from a shared source, by this process's monotonic clock. The source draws
 * ascending numbers. From time to time, the process observes the number that was drawn last. This number and all lower
 * numbers were drawn before the observation. No wall clock is used, and time that this process has not observed doesn't
 * count.
 *
 * Example: number 7 is observed at 10 s, and number 9 at 11 s. At 15 s, number 7 was drawn at least 5 s ago,
 * and the numbers 8 and 9 at least 4 s ago. Nothing is known about number 10, so its time is 0 s.
 */
export class ObservedNumbers {
  readonly #monotonic: () => number;
  /** Observations are kept for this time, in ms. Longer times are not measured. */
  readonly #keptMs: number;
  /** The observations: a number, and the value of `#observedMs` when it was the last number drawn. Both ascend. */
  readonly #observed: { readonly number: bigint; readonly atMs: number }[] = [];
  #source: string | null = null;
  /**
   * The time that this process has observed until the last observation, in ms. It grows with the monotonic clock, but
   * by at most `maxGapMs` between two observations.
   */
  #observedMs = 0;
  /** The value of the monotonic clock at the last observation, in ms. Null before the first observation. */
  #observedAtMs: number | null = null;

  constructor(monotonic: () => number, keptMs: number) {
    this.#monotonic = monotonic;
    this.#keptMs = keptMs;
  }

  /** Observes the number that was drawn last. It was not drawn later than now. */
  see({ number, source }: DrawnNumber): void {
    const observed = this.#observed;
    const atMs = this.#nowMs();
    this.#observedMs = atMs;
    this.#observedAtMs = this.#monotonic();
    if (source !== this.#source) {
      this.#source = source;
      observed.length = 0;
    }
    // If a higher number was observed, the source has lost numbers and will draw them again. Observations of these
    // numbers are no longer valid.
    while ((observed.at(-1)?.number ?? -1n) > number) {
      observed.pop();
    }
    // If this number was observed already, only that observation is kept, because it proves a longer time.
    if (observed.at(-1)?.number !== number) {
      observed.push({ number, atMs });
    }
    // One observation that is at least `keptMs` old is kept, so that times up to `keptMs` can be measured.
    while ((observed[1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - this.#keptMs) {
      observed.shift();
    }
  }

  /** The shortest time that can have passed since this number was drawn, in ms. 0 if it is not known to be drawn. */
  sinceMs(number: bigint): number {
    const first = this.#observed.find(({ number: seen }) => seen >= number);
    return first === undefined ? 0 : this.#nowMs() - first.atMs;
  }

  /** The greatest number that is known to be drawn at least `ms` ago. Null if none is. `ms` is at most `keptMs`. */
  numberBefore(ms: number): bigint | null {
    const untilMs = this.#nowMs() - ms;
    return this.#observed.findLast(({ atMs }) => atMs <= untilMs)?.number ?? null;
  }

  /** The observed time. */
  #nowMs(): number {
    const ownMs = this.#monotonic();
    return this.#observedMs + Math.min(ownMs - (this.#observedAtMs ?? ownMs), maxGapMs);
  }
}
