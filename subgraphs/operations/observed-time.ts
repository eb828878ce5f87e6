import { maxCirculationTimeMs } from '../runtime/operations-config.ts';

/**
 * Samples are kept this long, in ms. No change takes longer to become certain: that is the drop time, at most
 * `maxCirculationTimeMs`, and some seconds to send the change and for it to arrive.
 */
const keptMs = 2 * maxCirculationTimeMs;

/**
 * Measures how long ago the journal's clock showed a moment, by this process's monotonic clock, which nobody can put forward.
 * Time that this process has not observed does not count: for a process that has just started, nothing has passed.
 *
 * The journal's clock shows 12:00:00. A second later it is put forward and shows 12:30:00, and a second later 12:30:01. Then
 * `sinceMs(12:00:00)` is 2,000, and `sinceMs(12:15:00)` and `sinceMs(12:30:00)` are 1,000.
 */
export class ObservedTime {
  readonly #monotonic: () => number;
  /** In ascending order of both clocks. */
  readonly #samples: { readonly journalMs: number; readonly ownMs: number }[] = [];

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Records that the journal's clock shows this moment now. Two calls a second keep some 4,000 samples. */
  see(now: Date): void {
    const samples = this.#samples;
    const journalMs = now.getTime();
    const ownMs = this.#monotonic();
    // The clock was put back or stands still: when it showed later moments says nothing about when it shows them next.
    while ((samples.at(-1)?.journalMs ?? Number.NEGATIVE_INFINITY) >= journalMs) {
      samples.pop();
    }
    samples.push({ journalMs, ownMs });
    // One sample that old or older is kept, so that times up to `keptMs` can be measured.
    while ((samples[1]?.ownMs ?? Number.POSITIVE_INFINITY) <= ownMs - keptMs) {
      samples.shift();
    }
  }

  /**
   * Milliseconds since the clock was observed to show that moment, or a later one; 0 where it was not. Where the clock is put
   * back between two samples by less than the time between them, the result is too large by up to that much.
   */
  sinceMs(moment: Date): number {
    const first = this.#samples.find(({ journalMs }) => journalMs >= moment.getTime());
    return first === undefined ? 0 : this.#monotonic() - first.ownMs;
  }
}
