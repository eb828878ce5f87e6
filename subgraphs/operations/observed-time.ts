/** Half a second apart, those of ten minutes: nothing takes as long to become certain. */
const mostSamples = 1_200;

/**
 * How long ago the journal's clock showed a moment, by this process's own monotonic clock, which nobody can put forward. What
 * the process has not seen has not passed for it: one that has just been started knows of nothing.
 *
 * The journal's clock shows 12:00:00, a second later 12:30:00, and a second later 12:30:01: since 12:00:00 two seconds have
 * passed, and since 12:15:00 and 12:30:00 one.
 */
export class ObservedTime {
  readonly #monotonic: () => number;
  /** Ascending by both clocks. */
  readonly #samples: { readonly journalMs: number; readonly ownMs: number }[] = [];

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** The journal's clock has just shown that. */
  see(now: Date): void {
    const samples = this.#samples;
    const journalMs = now.getTime();
    // It was put back, or stands still: what it showed before tells nothing of when it will show that again.
    while ((samples.at(-1)?.journalMs ?? Number.NEGATIVE_INFINITY) >= journalMs) {
      samples.pop();
    }
    samples.push({ journalMs, ownMs: this.#monotonic() });
    if (samples.length > mostSamples) {
      samples.shift();
    }
  }

  /**
   * Milliseconds since it was seen to show that moment, or one after it; 0 where it was not. Where the clock is put back between
   * two looks, by less than passes between them, up to as much more.
   */
  sinceMs(moment: Date): number {
    const first = this.#samples.find(({ journalMs }) => journalMs >= moment.getTime());
    return first === undefined ? 0 : this.#monotonic() - first.ownMs;
  }
}
