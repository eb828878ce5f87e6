/** A generator of random numbers from 0 to below 1 (mulberry32). The same seed gives the same numbers. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b_79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/**
 * One of the items.
 * @throws RangeError if there is none
 */
export function pick<T>(random: () => number, items: readonly T[]): T {
  if (items.length === 0) {
    throw new RangeError('there is nothing to pick');
  }
  return items[Math.floor(random() * items.length)] as T;
}

/** The seed of this test run: the environment's `SEED`, or a number from the clock. */
export const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
