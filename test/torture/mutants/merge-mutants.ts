import { aimed, type Mutant } from './mutant.ts';

/** Every group has two records of one person, and each of them has loans when they are merged. */
const merging = { ...aimed, patrons: 1, operationsEach: 300, mergeAfterMs: [1_500, 2_500] } as const;

/** Mistakes with two records of one person. The books can't find them, because they count the loans of each record. */
export const mergeMutants = {
  'merged-apart': {
    file: 'subgraphs/circulation/lending/loan-snapshot.ts',
    inBooks: null,
    edits: [
      {
        from: 'const records = [patronId, ...merges.mergedFrom];',
        to: 'const records = [patronId];',
      },
    ],
    scenario: merging,
  },
  'lent-after-merge': {
    file: 'store/journal/operations/places.ts',
    inBooks: null,
    edits: [
      {
        from: '({ leavingKey }) => !read.has(leavingKey)',
        to: '({ leavingKey }) => leavingKey !== about.key && !read.has(leavingKey)',
      },
    ],
    // A check-out has read the leaving record before the merge, and reserves its place after it. The cards are blocked
    // only later.
    scenario: {
      ...merging,
      patrons: 0,
      legacyFaults: {
        circ: [
          { kind: 'delay', delayMs: 800, rate: 0.7, operations: ['GetLoans'] },
          { kind: 'delay', delayMs: 2_000, rate: 1, operations: ['BlockCard'] },
        ],
      },
    },
  },
} as const satisfies Record<string, Mutant>;
