import { crc32 } from 'node:zlib';
import { randomFrom, seed } from './random.ts';

/** Whether this run tests all cases instead of samples: with `EXHAUSTIVE=1`, or in `npm run test:exhaustive`. */
export const isExhaustive = process.env.EXHAUSTIVE === '1';

/** The choice of cases for a quick run. */
export interface SampleOptions<Case> {
  /** The minimum number of chosen cases of each kind, from 1. If a kind has fewer cases, all of them are chosen. */
  readonly each: number;
  /** The kinds of a case, such as its fault and its operation. By default, all cases are of one kind. */
  readonly kindsOf?: (one: Case) => readonly string[];
}

/**
 * The cases that a quick run tests: a random choice that has every kind, in the order of `cases`. In an exhaustive run,
 * these are all cases. Prints the number of chosen cases, and the seed that repeats the choice. `what` names the cases
 * in this line. It is part of the seed, so that two samples in one file choose independently.
 *
 *     const tested = sample('faults of reads', cases, { each: 2, kindsOf: ({ fault, read }) => [fault, read] });
 *     // faults of reads: 51 of 306, SEED=7 (EXHAUSTIVE=1 tests all)
 *
 * @throws RangeError if there are no cases, or if `each` is below 1, because nothing would be tested
 */
export function sample<Case>(
  what: string,
  cases: readonly Case[],
  { each, kindsOf = () => [''] }: SampleOptions<Case>,
): readonly Case[] {
  if (cases.length === 0 || !(each >= 1)) {
    throw new RangeError(`${what}: ${each} of each kind of ${cases.length} cases would test nothing`);
  }
  const chosen = isExhaustive ? cases : choose(cases, each, kindsOf, randomFrom(seed ^ crc32(what)));
  const how = isExhaustive ? '' : ' (EXHAUSTIVE=1 tests all)';
  process.stdout.write(`${what}: ${chosen.length} of ${cases.length}, SEED=${seed}${how}\n`);
  return chosen;
}

/** Goes through the cases in random order. Chooses a case if one of its kinds has too few chosen cases. */
function choose<Case>(
  cases: readonly Case[],
  each: number,
  kindsOf: (one: Case) => readonly string[],
  random: () => number,
): readonly Case[] {
  const counts = new Map<string, number>();
  const countOf = (kind: string) => counts.get(kind) ?? 0;
  const chosen = new Set<Case>();
  const shuffled = cases.map((one) => ({ one, order: random() })).sort((a, b) => a.order - b.order);
  for (const { one } of shuffled) {
    const kinds = kindsOf(one);
    if (kinds.some((kind) => countOf(kind) < each)) {
      chosen.add(one);
      for (const kind of kinds) {
        counts.set(kind, countOf(kind) + 1);
      }
    }
  }
  return cases.filter((one) => chosen.has(one));
}
