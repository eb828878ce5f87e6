import type { Rate } from '../../rates.ts';
import { WeightedCache } from '../../weighted-cache.ts';

/** Callers whose budgets are remembered. Whoever is forgotten has the whole budget again. */
const maxKeys = 100_000;

/**
 * Budgets by key, by the generic cell rate algorithm: of a key it remembers one number, the time at which its budget is whole
 * again. Taking units moves that time into the future, at most `burst` units far.
 *
 * ```ts
 * const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => clock);
 * budgets.take('a', 20); // all of it; whole again in 2 s
 * budgets.wait('a', 5);  // 500: ms until 5 units are there
 * ```
 */
export class Budgets {
  readonly #msPerUnit: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  /** The time at which the budget is whole again, in ms. */
  readonly #wholeAt = new WeightedCache<string, number>(maxKeys);

  /** `now`: in ms, from any moment on, never backwards. */
  constructor({ unitsPerSecond, burst }: Rate, now: () => number) {
    this.#msPerUnit = 1000 / unitsPerSecond;
    this.#burstMs = burst * this.#msPerUnit;
    this.#now = now;
  }

  /** How long until `units` may be taken, in ms; 0: now. More than the burst may be taken from a whole budget. */
  wait(key: string, units: number): number {
    const cost = Math.min(units * this.#msPerUnit, this.#burstMs);
    return Math.max(0, this.#debt(key) + cost - this.#burstMs);
  }

  /** Takes the units, whether they are there or not. Ask `wait` first, unless what they are for is done already. */
  take(key: string, units: number): void {
    const debt = Math.min(this.#debt(key) + units * this.#msPerUnit, 2 * this.#burstMs);
    this.#wholeAt.set(key, this.#now() + debt);
  }

  /** How long until the budget is whole, in ms. */
  #debt(key: string): number {
    return Math.max(0, (this.#wholeAt.get(key) ?? 0) - this.#now());
  }
}
