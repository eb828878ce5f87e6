/**
 * The age of a stored time, for a process that looks at it again and again. The stored time comes from a wall clock,
 * which may be set wrong or changed. So the wall clock is used only at the first look, to find the first age. From then
 * on, the age grows exactly as fast as this process's monotonic clock. When a later time is stored, its age is at most
 * the age that the earlier time would have now.
 *
 * The stored time may only move forward, like the time of the oldest work that is left.
 *
 * Example: at the first look, the stored time is 12:00:00 and the clock shows 12:00:04: the age is 4 s. Ten seconds
 * later, the clock was put forward and shows 13:00:14. If the stored time is still 12:00:00, its age is 14 s. If it is
 * 12:00:10, its age is at most 14 s, although by the clock it would be an hour.
 */
export class ObservedAge {
  readonly #monotonic: () => number;
  #last: { readonly storedMs: number | null; readonly ageMs: number; readonly atMs: number } | null = null;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /**
   * Looks at the stored time.
   * @param storedMs the stored time, in ms. Null if there is none: the age of a time that is stored later is
   * then at most the time since this look
   * @param nowMs the time now, by the wall clock with which `storedMs` was stored
   * @returns the age in ms, never below 0. Null if there is no stored time
   */
  see(storedMs: number, nowMs: number): number;
  see(storedMs: number | null, nowMs: number): number | null;
  see(storedMs: number | null, nowMs: number): number | null {
    const atMs = this.#monotonic();
    const grownMs =
      this.#last === null ? Number.POSITIVE_INFINITY : this.#last.ageMs + atMs - this.#last.atMs;
    const shownMs = storedMs === null ? 0 : Math.max(0, nowMs - storedMs);
    const ageMs =
      this.#last !== null && storedMs === this.#last.storedMs ? grownMs : Math.min(shownMs, grownMs);
    this.#last = { storedMs, ageMs: storedMs === null ? 0 : ageMs, atMs };
    return storedMs === null ? null : ageMs;
  }

  /** Must be called when a new series of stored times begins, so that the next time may be older. */
  forget(): void {
    this.#last = null;
  }
}
