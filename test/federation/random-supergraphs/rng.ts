import { pick, randomFrom } from '../../support/random.ts';

/** Random choices from a seeded random number generator. The same seed gives the same choices. */
export class Rng {
  /** A number from 0 to below 1. */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  /**
   * One of the items.
   * @throws RangeError if there is none
   */
  pick<T>(items: readonly T[]): T {
    return pick(this.random, items);
  }

  /** A subset of the items. Each item is in it with the given probability. */
  some<T>(items: readonly T[], probability: number): readonly T[] {
    return items.filter(() => this.chance(probability));
  }

  /** A non-empty subset of the items. Each item is in it with the given probability. */
  someOrOne<T>(items: readonly T[], probability: number): readonly T[] {
    const some = this.some(items, probability);
    return some.length === 0 && items.length > 0 ? [this.pick(items)] : some;
  }
}
