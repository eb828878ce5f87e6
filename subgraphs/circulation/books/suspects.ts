/**
 * Keys to examine. Each key is examined only after a wait. During the wait, the changes that made the key suspect are
 * finished, and the events about them are read.
 *
 * Example: with a wait of two minutes, a card that was blocked at 12:00:00 is examined at 12:02:00. If it is marked
 * again at 12:01:00, it is still examined at 12:02:00.
 */
export class Suspects {
  readonly #waitMs: number;
  readonly #monotonic: () => number;
  /** The time at which each key was marked, in the order of these times. */
  readonly #markedAtMs = new Map<string, number>();

  constructor(waitMs: number, monotonic: () => number) {
    this.#waitMs = waitMs;
    this.#monotonic = monotonic;
  }

  /** Marks keys. If there are too many, the others are left to the next pass of the crawl. */
  mark(keys: Iterable<string>): void {
    for (const key of keys) {
      if (this.#markedAtMs.size < maxSuspects && !this.#markedAtMs.has(key)) {
        this.#markedAtMs.set(key, this.#monotonic());
      }
    }
  }

  /** Takes out the next keys that have waited, at most `maxItems`. */
  take(maxItems: number): readonly string[] {
    const until = this.#monotonic() - this.#waitMs;
    const ripe: string[] = [];
    for (const [key, markedAtMs] of this.#markedAtMs) {
      if (markedAtMs > until || ripe.length === maxItems) {
        break;
      }
      ripe.push(key);
    }
    for (const key of ripe) {
      this.#markedAtMs.delete(key);
    }
    return ripe;
  }
}

/** The most keys that are remembered. One key takes about a hundred bytes. */
const maxSuspects = 20_000;
