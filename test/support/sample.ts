import { crc32 } from 'node:zlib';
import { randomFrom, seed } from './random.ts';

/** Whether this run tests every case and no sample: `EXHAUSTIVE=1`, or `npm run test:exhaustive`. */
export const isExhaustive = process.env.EXHAUSTIVE === '1';

/** Which part of the cases a quick run tests. */
export interface SampleOptions<Case> {
  /** How many cases of each kind are chosen at least, from 1; all of a kind that has fewer. */
  readonly each: number;
  /** The kinds of a case, such as its fault and its operation. Without this all cases are of one kind. */
  readonly kindsOf?: (one: Case) => readonly string[];
}

/**
 * The cases that a quick run tests: a random choice that has every kind, in the order of `cases`; or all of them in an
 * exhaustive run. Prints how many of how many, with the seed that repeats the choice. `what` names the cases in that line.
 * It is part of the seed, so that two samples of one file choose independently.
 *
 *     const tested = sample('faults of reads', cases, { each: 2, kindsOf: ({ fault, read }) => [fault, read] });
 *     // faults of reads: 51 of 306, SEED=7 (EXHAUSTIVE=1 tests all)
 *
 * Throws a `RangeError` if there are no cases, or `each` is below 1: nothing would be tested.
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

/** In a random order, each case of which some kind is not there often enough. */
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
