import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import type { Rate } from '../../rates.ts';

/** The maximum number of callers whose budgets are remembered. A caller who is forgotten gets the full budget again. */
const maxKeys = 100_000;
/**
 * The maximum number of callers whose use is settled with other processes at once. The use of further callers counts
 * only in this process.
 */
const maxSettled = 20_000;

/**
 * Budgets by key, with the generic cell rate algorithm. It remembers one number per key: the time at which the budget
 * is full again. Taking units moves that time into the future, at most to the time that it takes to gain twice the
 * `burst`.
 *
 * ```ts
 * const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => clock);
 * budgets.take('a', 20); // takes all units; the budget is full again in 2 s
 * budgets.wait('a', 5);  // 500: ms until there are 5 units
 * ```
 *
 * Processes can share budgets. Each process then takes units as if it were alone. Once a second it reports what it has
 * taken (`drain`), and learns how long each budget needs to be full again after the use in all processes (`correct`).
 */
export class Budgets {
  /**
   * The longest remembered debt, in ms. A caller who used several processes at once can have a debt over the burst, and
   * pays it back.
   */
  readonly maxDebtMs: number;
  readonly #msPerUnit: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  /** The time at which the budget is full again, in ms. */
  readonly #wholeAt = new WeightedCache<string, number>(maxKeys);
  /** The time that each key has taken since the last `drain`, in ms. Null if the budgets are not shared. */
  #taken: Map<string, number> | null;

  /** `now` returns a time in ms that never decreases. It may start at any number. */
  constructor({ unitsPerSecond, burst }: Rate, now: () => number, isShared = false) {
    this.#msPerUnit = 1000 / unitsPerSecond;
    this.#burstMs = burst * this.#msPerUnit;
    this.maxDebtMs = 4 * this.#burstMs;
    this.#now = now;
    this.#taken = isShared ? new Map() : null;
  }

  /**
   * Returns the time until `units` may be taken, in ms. 0 means now. If the budget is full, any number of units may be
   * taken, even more than the burst.
   */
  wait(key: string, units: number): number {
    const cost = Math.min(units * this.#msPerUnit, this.#burstMs);
    return Math.max(0, this.#debt(key) + cost - this.#burstMs);
  }

  /** Takes the units, even if the budget has too few. Call `wait` first, unless the work is already done. */
  take(key: string, units: number): void {
    const debt = this.#debt(key);
    const after = Math.max(debt, Math.min(debt + units * this.#msPerUnit, 2 * this.#burstMs));
    this.#wholeAt.set(key, this.#now() + after);
    if (this.#taken !== null) {
      this.#note(this.#taken, key, after - debt);
    }
  }

  /** Returns the time that each key has taken since the last call, in ms. */
  drain(): ReadonlyMap<string, number> {
    const taken = this.#taken ?? new Map<string, number>();
    this.#taken = new Map();
    return taken;
  }

  /** Adds a result of `drain` again, because it could not be settled. */
  restore(taken: ReadonlyMap<string, number>): void {
    const all = this.#taken ?? new Map<string, number>();
    for (const [key, ms] of taken) {
      this.#note(all, key, ms);
    }
    this.#taken = all;
  }

  /**
   * Sets the time until the budget is full, in ms. `debtMs` includes the use in all processes up to the last `drain`.
   */
  correct(key: string, debtMs: number): void {
    this.#wholeAt.set(key, this.#now() + debtMs + (this.#taken?.get(key) ?? 0));
  }

  #note(taken: Map<string, number>, key: string, ms: number): void {
    const before = taken.get(key);
    if (before !== undefined || taken.size < maxSettled) {
      taken.set(key, Math.min((before ?? 0) + ms, this.maxDebtMs));
    }
  }

  /** Returns the time until the budget is full, in ms. */
  #debt(key: string): number {
    return Math.max(0, (this.#wholeAt.get(key) ?? 0) - this.#now());
  }
}
