import { maxCirculationTimeMs } from '../runtime/operations-config.ts';

/**
 * Samples are kept for this time, in ms. A change becomes certain earlier: after the drop time, which is at most
 * `maxCirculationTimeMs`, and some seconds for sending and arriving.
 */
const keptMs = 2 * maxCirculationTimeMs;

/**
 * Measures how long ago the journal's clock showed a moment. It uses this process's monotonic clock, which nobody can
 * put forward. Only time that this process has observed is counted. So for a new process, no time has passed.
 *
 * Example: the journal's clock shows 12:00:00. A second later it is put forward and shows 12:30:00, and another second
 * later 12:30:01. Then `sinceMs(12:00:00)` is 2,000, and `sinceMs(12:15:00)` and `sinceMs(12:30:00)` are 1,000.
 */
export class ObservedTime {
  readonly #monotonic: () => number;
  /** The samples, in ascending order by both clocks. */
  readonly #samples: { readonly journalMs: number; readonly ownMs: number }[] = [];

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Records that the journal's clock shows this moment now. With two calls a second, some 4,000 samples are kept. */
  see(now: Date): void {
    const samples = this.#samples;
    const journalMs = now.getTime();
    const ownMs = this.#monotonic();
    // The clock was put back, or has stopped. The times at which it showed later moments are no longer valid, because
    // it will show them again.
    while ((samples.at(-1)?.journalMs ?? Number.NEGATIVE_INFINITY) >= journalMs) {
      samples.pop();
    }
    samples.push({ journalMs, ownMs });
    // One sample of this age or older is kept, so that times up to `keptMs` can be measured.
    while ((samples[1]?.ownMs ?? Number.POSITIVE_INFINITY) <= ownMs - keptMs) {
      samples.shift();
    }
  }

  /**
   * Milliseconds since the journal's clock was observed to show this moment, or a later one. 0 if it was not observed.
   * If the clock is put back between two samples by less than the time between them, the result may be too large by the
   * same amount.
   */
  sinceMs(moment: Date): number {
    const first = this.#samples.find(({ journalMs }) => journalMs >= moment.getTime());
    return first === undefined ? 0 : this.#monotonic() - first.ownMs;
  }
}
