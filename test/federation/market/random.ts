/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of several, which must not be none. */
export function pick<T>(random: () => number, from: readonly T[]): T {
  if (from.length === 0) {
    throw new RangeError('there is nothing to pick');
  }
  return from[Math.floor(random() * from.length)] as T;
}

/** The seed of a run: `SEED`, or one from the clock. */
export const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
