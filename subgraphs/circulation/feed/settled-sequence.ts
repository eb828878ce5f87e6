/** Gaps are filled within this time after a later event was first seen, in ms. */
const gapsFillWithinMs = 60_000;

/**
 * The event before which gaps are not filled any more: the last that was first seen a minute ago, by this process's monotonic
 * clock.
 *
 * Event 815 is first seen at 12:00:00, and 822 at 12:00:40. At 12:01:10 it is 815: whoever reads again begins after 815, and finds
 * 819, which came late.
 */
export class SettledSequence {
  readonly #monotonic: () => number;
  #settled: string;
  /** In the order in which they were seen. */
  #seen: { readonly sequence: string; readonly atMs: number }[] = [];

  /** `settled`: from an earlier process, or `'0'`. */
  constructor(settled: string, monotonic: () => number) {
    this.#settled = settled;
    this.#monotonic = monotonic;
  }

  see(sequence: string): void {
    this.#seen.push({ sequence, atMs: this.#monotonic() });
  }

  get value(): string {
    const until = this.#monotonic() - gapsFillWithinMs;
    const settled = this.#seen.filter(({ atMs }) => atMs <= until);
    this.#settled = settled.at(-1)?.sequence ?? this.#settled;
    this.#seen = this.#seen.slice(settled.length);
    return this.#settled;
  }
}
