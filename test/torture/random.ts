import { randomFrom } from '../support/random.ts';

/** Random choices. The same seed gives the same choices. */
export interface Random {
  /** A number from 0 to below 1. */
  next(): number;
  /** A whole number from `from` to `to`, both included. */
  between(from: number, to: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** @throws RangeError if the list is empty. */
  pick<T>(from: readonly T[]): T;
}

/**
 * A source of random choices. Each name has its own stream, so that one actor's draws do not change another's choices.
 */
export function randomOf(seed: number, name: string): Random {
  const next = randomFrom(hash(`${seed}/${name}`));
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

/** The FNV-1a hash, 32 bits. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  return value;
}
