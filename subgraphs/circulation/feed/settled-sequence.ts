/**
 * The sequence of the last settled event. An event is settled when it was first seen long enough ago, by this process's
 * monotonic clock. No missing event can then appear before it any more.
 *
 * Missing events appear within a minute, and events are read again every 15 seconds. So an event is settled 90 seconds
 * after it was first seen. Example: event 815 is first seen at 12:00:00, and event 822 at 12:01:10. At 12:01:30, the
 * value is 815. A rereading then begins after 815, and finds event 819, which came late.
 */
export class SettledSequence {
  readonly #settledAfterMs: number;
  readonly #monotonic: () => number;
  #settled: string;
  /** The events that are not settled yet, in the order in which they were seen. */
  #seen: { readonly sequence: string; readonly atMs: number }[] = [];

  /** @param settled the last value of the process that followed the feed before, or `'0'` */
  constructor(settled: string, settledAfterMs: number, monotonic: () => number) {
    this.#settled = settled;
    this.#settledAfterMs = settledAfterMs;
    this.#monotonic = monotonic;
  }

  see(sequence: string): void {
    this.#seen.push({ sequence, atMs: this.#monotonic() });
  }

  get value(): string {
    const until = this.#monotonic() - this.#settledAfterMs;
    const settled = this.#seen.filter(({ atMs }) => atMs <= until);
    this.#settled = settled.at(-1)?.sequence ?? this.#settled;
    this.#seen = this.#seen.slice(settled.length);
    return this.#settled;
  }
}
