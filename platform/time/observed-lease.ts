/**
 * Watches the lease of another process, and finds when it is free. The holder raises the lease's number each time it
 * takes or renews the lease. The lease is free when the number has not changed for the length of the lease, by this
 * process's monotonic clock. So a lease that was taken with a wrong wall clock ends like any other.
 *
 * A process must take the lease only if it still has that number. If two processes find it free, the first one wins.
 *
 * Example: a lease of 15 s has number 7. It is seen at 100 s and at 110 s: not free. At 115 s it is free. If it has
 * number 8 at 112 s, it is not free before 127 s.
 */
export class ObservedLease {
  readonly #monotonic: () => number;
  #seen: { readonly number: string; readonly sinceMs: number } | null = null;

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic;
  }

  /** Records the number that the lease has now. */
  see(number: string): void {
    if (this.#seen?.number !== number) {
      this.#seen = { number, sinceMs: this.#monotonic() };
    }
  }

  /** The number with which the lease may be taken. Null if it has not been observed to stand still for `leaseMs`. */
  freeNumber(leaseMs: number): string | null {
    return this.#seen !== null && this.#monotonic() - this.#seen.sinceMs >= leaseMs
      ? this.#seen.number
      : null;
  }
}
