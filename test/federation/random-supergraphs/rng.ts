import { pick, randomFrom } from '../../support/random.ts';

/** Random choices from a seeded random number generator: the same choices for the same seed. */
export class Rng {
  /** From 0 to below 1. */
  readonly random: () => number;

  constructor(seed: number) {
    this.random = randomFrom(seed);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** A whole number from 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  /** One of the items. Throws a `RangeError` if there is none. */
  pick<T>(items: readonly T[]): T {
    return pick(this.random, items);
  }

  /** Each item with this probability. */
  some<T>(items: readonly T[], probability: number): readonly T[] {
    return items.filter(() => this.chance(probability));
  }

  /** Each item with this probability, but at least one of them. */
  someOrOne<T>(items: readonly T[], probability: number): readonly T[] {
    const some = this.some(items, probability);
    return some.length === 0 && items.length > 0 ? [this.pick(items)] : some;
  }
}
