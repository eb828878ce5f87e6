import { WeightedCache } from '../../../platform/caches/weighted-cache.ts';
import type { Rate } from '../../rates.ts';

/** Callers whose budgets are remembered. A caller who is forgotten has the whole budget again. */
const maxKeys = 100_000;
/** Callers whose budgets are settled with other processes at once. What is taken beyond them counts in this process alone. */
const maxSettled = 20_000;

/**
 * Budgets by key, by the generic cell rate algorithm: of a key it remembers one number, the time at which its budget is whole
 * again. Taking units moves that time into the future, at most twice `burst` units far.
 *
 * ```ts
 * const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => clock);
 * budgets.take('a', 20); // all of it; whole again in 2 s
 * budgets.wait('a', 5);  // 500: ms until 5 units are there
 * ```
 *
 * Where processes share budgets, each takes as if it were alone, and once a second says what it has taken and learns how long each
 * budget needs with what all have taken (`drain`, `correct`).
 */
export class Budgets {
  /** The longest debt that is remembered, in ms: a caller who used several processes at once pays back what they gave too much. */
  readonly maxDebtMs: number;
  readonly #msPerUnit: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  /** The time at which the budget is whole again, in ms. */
  readonly #wholeAt = new WeightedCache<string, number>(maxKeys);
  /** What was taken since `drain`, in ms; null where nobody asks. */
  #taken: Map<string, number> | null;

  /** `now`: in ms, from any moment on, never backwards. */
  constructor({ unitsPerSecond, burst }: Rate, now: () => number, isShared = false) {
    this.#msPerUnit = 1000 / unitsPerSecond;
    this.#burstMs = burst * this.#msPerUnit;
    this.maxDebtMs = 4 * this.#burstMs;
    this.#now = now;
    this.#taken = isShared ? new Map() : null;
  }

  /** How long until `units` may be taken, in ms; 0: now. More than the burst may be taken from a whole budget. */
  wait(key: string, units: number): number {
    const cost = Math.min(units * this.#msPerUnit, this.#burstMs);
    return Math.max(0, this.#debt(key) + cost - this.#burstMs);
  }

  /** Takes the units, even if they are not there. Ask `wait` first, unless the work is done already. */
  take(key: string, units: number): void {
    const debt = this.#debt(key);
    const after = Math.max(debt, Math.min(debt + units * this.#msPerUnit, 2 * this.#burstMs));
    this.#wholeAt.set(key, this.#now() + after);
    if (this.#taken !== null) {
      this.#note(this.#taken, key, after - debt);
    }
  }

  /** What was taken since the last call, in ms by key. */
  drain(): ReadonlyMap<string, number> {
    const taken = this.#taken ?? new Map<string, number>();
    this.#taken = new Map();
    return taken;
  }

  /** Takes back what `drain` gave: it could not be settled. */
  restore(taken: ReadonlyMap<string, number>): void {
    const all = this.#taken ?? new Map<string, number>();
    for (const [key, ms] of taken) {
      this.#note(all, key, ms);
    }
    this.#taken = all;
  }

  /** How long the budget needs until it is whole, with what all processes have taken up to the last `drain`, in ms. */
  correct(key: string, debtMs: number): void {
    this.#wholeAt.set(key, this.#now() + debtMs + (this.#taken?.get(key) ?? 0));
  }

  #note(taken: Map<string, number>, key: string, ms: number): void {
    const before = taken.get(key);
    if (before !== undefined || taken.size < maxSettled) {
      taken.set(key, Math.min((before ?? 0) + ms, this.maxDebtMs));
    }
  }

  /** How long until the budget is whole, in ms. */
  #debt(key: string): number {
    return Math.max(0, (this.#wholeAt.get(key) ?? 0) - this.#now());
  }
}
