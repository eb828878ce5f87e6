import type { Rate } from '../../rates.ts';

/**
 * The maximum number of people, clients and networks whose rate-limit budgets are remembered. If there are more, the
 * fullest budgets are forgotten, and count as full from then on. Somebody who uses many networks is still limited: the
 * budget of their /48 network is emptier than most, so it isn't forgotten.
 */
const maxKeys = 100_000;
/** Keys are forgotten in groups of this size, because finding the fullest budgets takes some milliseconds. */
const forgottenAtOnce = maxKeys / 10;
/**
 * The maximum number of callers whose use is reported to the other processes in one report. The use of further callers
 * counts only in this process.
 */
const maxSettled = 20_000;

/**
 * Budgets by key, with the generic cell rate algorithm. The algorithm remembers one number per key: the time at which
 * the budget is full again. Taking units moves this time into the future, but not farther than the time to gain twice
 * the `burst`.
 *
 * ```ts
 * const budgets = new Budgets({ unitsPerSecond: 10, burst: 20 }, () => clock);
 * budgets.take('a', 20); // takes all units; the budget is full again in 2 s
 * budgets.wait('a', 5);  // 500: ms until there are 5 units
 * ```
 *
 * Processes can share budgets. Each process then takes units as if it were alone. Once a second it reports what it has
 * taken (`drain`). It then learns how long each budget needs to be full again after the use in all processes
 * (`correct`).
 */
export class Budgets {
  /**
   * The longest debt that is remembered, in ms. The debt is the time until the budget is full again. A caller who used
   * several processes together can owe more than the burst, and pays it back.
   */
  readonly maxDebtMs: number;
  readonly #msPerUnit: number;
  readonly #burstMs: number;
  readonly #now: () => number;
  /**
   * The time at which each key's budget is full again, in ms. The entry of a used key is overwritten. Deleting and
   * adding it would leave a hole in V8's map at each use, and every pass over the map would visit all holes.
   */
  readonly #wholeAt = new Map<string, number>();
  /**
   * The units that each key has taken since the last `drain`. They are counted in ms: the time in which the budget
   * gains them again. Null if the budgets are not shared.
   */
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
   * The fill of the fuller of two tables, from 0 to 1. One has the keys whose budget isn't full. The other has the keys
   * whose use is not yet reported to the other processes.
   */
  get fill(): number {
    const now = this.#now();
    let used = 0;
    for (const wholeAt of this.#wholeAt.values()) {
      used += wholeAt > now ? 1 : 0;
    }
    return Math.max(used / maxKeys, (this.#taken?.size ?? 0) / maxSettled);
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
    this.#remember(key, this.#now() + after);
    if (this.#taken !== null) {
      this.#note(this.#taken, key, after - debt);
    }
  }

  /**
   * Returns the units that each key has taken since the last call, and forgets them. They are counted in ms: the time
   * in which the budget gains them again.
   */
  drain(): ReadonlyMap<string, number> {
    const taken = this.#taken ?? new Map<string, number>();
    this.#taken = new Map();
    return taken;
  }

  /** Adds a result of `drain` again, because it could not be reported. */
  restore(taken: ReadonlyMap<string, number>): void {
    const all = this.#taken ?? new Map<string, number>();
    for (const [key, ms] of taken) {
      this.#note(all, key, ms);
    }
    this.#taken = all;
  }

  /**
   * Corrects the time until the key's budget is full again. `debtMs` is this time in ms. It contains what all processes
   * had used up to the last `drain`. What this process has used since then is added.
   */
  correct(key: string, debtMs: number): void {
    this.#remember(key, this.#now() + debtMs + (this.#taken?.get(key) ?? 0));
  }

  #remember(key: string, wholeAt: number): void {
    if (this.#wholeAt.size >= maxKeys && !this.#wholeAt.has(key)) {
      this.#forget();
    }
    this.#wholeAt.set(key, wholeAt);
  }

  #forget(): void {
    const latest = Float64Array.from(this.#wholeAt.values()).sort()[forgottenAtOnce - 1] ?? 0;
    let left = forgottenAtOnce;
    for (const [key, wholeAt] of this.#wholeAt) {
      if (left > 0 && wholeAt <= latest) {
        this.#wholeAt.delete(key);
        left -= 1;
      }
    }
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
