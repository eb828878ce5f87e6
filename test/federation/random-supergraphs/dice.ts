import { pick, randomOf } from '../market/random.ts';

/** What is drawn by chance, the same for the same seed. */
export class Dice {
  readonly random: () => number;

  constructor(seed: number) {
    this.random = randomOf(seed);
  }

  chance(probability: number): boolean {
    return this.random() < probability;
  }

  /** From 0 to below `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end);
  }

  pick<T>(from: readonly T[]): T {
    return pick(this.random, from);
  }

  /** Each of them by chance. */
  some<T>(from: readonly T[], probability: number): readonly T[] {
    return from.filter(() => this.chance(probability));
  }

  /** Each of them by chance, or else one. */
  someOrOne<T>(from: readonly T[], probability: number): readonly T[] {
    const some = this.some(from, probability);
    return some.length === 0 && from.length > 0 ? [this.pick(from)] : some;
  }
}
