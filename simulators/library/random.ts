/** Random choices that are the same for the same seed. */
export interface Random {
  /** Returns a number from 0 to below 1. */
  next(): number;
  /** Returns a whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  chance(probability: number): boolean;
  /** @throws RangeError if the list is empty. */
  pick<T>(from: readonly T[]): T;
}

/**
 * Creates a generator with the mulberry32 algorithm. Its 32 bits of state are enough for data that only has to look
 * plausible.
 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  const between = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1));
  return {
    next,
    between,
    chance: (probability) => next() < probability,
    pick(from) {
      const picked = from[between(0, from.length - 1)];
      if (picked === undefined) {
        throw new RangeError('there is nothing to pick');
      }
      return picked;
    },
  };
}

/** Returns the same elements in a random order (Fisher and Yates). */
export function shuffled<T>(elements: readonly T[], random: Random): T[] {
  const order = [...elements];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.between(0, last);
    [order[last], order[other]] = [order[other] as T, order[last] as T];
  }
  return order;
}
