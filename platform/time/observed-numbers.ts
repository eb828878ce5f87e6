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
 * ascending numbers. From time to time, the process makes a note of the number that was drawn last. This number and all
 * lower numbers were drawn before the note. No wall clock is used, and time that this process has not observed doesn't
 * count.
 *
 * Example: there is a note of number 7 at 10 s, and of number 9 at 11 s. At 15 s, number 7 was drawn at least 5 s ago,
 * and the numbers 8 and 9 at least 4 s ago. Nothing is known about number 10, so its time is 0 s.
 */
export class ObservedNumbers {
  readonly #monotonic: () => number;
  /** Notes are kept for this time, in ms. Longer times are not measured. */
  readonly #keptMs: number;
  /** The notes: a number, and the value of `#observedMs` when it was the last number drawn. Both ascend. */
  readonly #notes: { readonly number: bigint; readonly atMs: number }[] = [];
  #source: string | null = null;
  /**
   * The time that this process has observed until the last note, in ms. It grows with the monotonic clock, but by at
   * most `maxGapMs` between two notes.
   */
  #observedMs = 0;
  /** The value of the monotonic clock at the last note, in ms. Null before the first note. */
  #notedAtMs: number | null = null;

  constructor(monotonic: () => number, keptMs: number) {
    this.#monotonic = monotonic;
    this.#keptMs = keptMs;
  }

  /** Makes a note of the number that was drawn last. It was drawn now or earlier. */
  see({ number, source }: DrawnNumber): void {
    const notes = this.#notes;
    const atMs = this.#nowMs();
    this.#observedMs = atMs;
    this.#notedAtMs = this.#monotonic();
    if (source !== this.#source) {
      this.#source = source;
      notes.length = 0;
    }
    // If there is a note of a higher number, the source has lost numbers and will draw them again. Notes of these
    // numbers are no longer valid.
    while ((notes.at(-1)?.number ?? -1n) > number) {
      notes.pop();
    }
    // If there is a note of this number already, only that note is kept, because it proves a longer time.
    if (notes.at(-1)?.number !== number) {
      notes.push({ number, atMs });
    }
    // One note that is at least `keptMs` old is kept, so that times up to `keptMs` can be measured.
    while ((notes[1]?.atMs ?? Number.POSITIVE_INFINITY) <= atMs - this.#keptMs) {
      notes.shift();
    }
  }

  /** The shortest time that can have passed since this number was drawn, in ms. 0 if it is not known to be drawn. */
  sinceMs(number: bigint): number {
    const first = this.#notes.find((note) => note.number >= number);
    return first === undefined ? 0 : this.#nowMs() - first.atMs;
  }

  /** The greatest number that is known to be drawn at least `ms` ago. Null if none is. `ms` is at most `keptMs`. */
  numberBefore(ms: number): bigint | null {
    const untilMs = this.#nowMs() - ms;
    return this.#notes.findLast(({ atMs }) => atMs <= untilMs)?.number ?? null;
  }

  /** The observed time. */
  #nowMs(): number {
    const ownMs = this.#monotonic();
    return this.#observedMs + Math.min(ownMs - (this.#notedAtMs ?? ownMs), maxGapMs);
  }
}
