/** Chance that is the same for the same seed. */
export interface Random {
  /** 0 to below 1. */
  next(): number;
  /** A whole number, from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True with that probability. */
  chance(probability: number): boolean;
  /** Throws a `RangeError` where there is nothing to pick. */
  pick<T>(from: readonly T[]): T;
}

/** A stream of its own for each name, so that what one actor draws changes nothing for another. */
export function randomOf(seed: number, name: string): Random {
  let state = hash(`${seed}/${name}`);
  // Mulberry32.
  const next = (): number => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
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

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  return value;
}
