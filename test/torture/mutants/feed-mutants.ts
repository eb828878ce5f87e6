import { aimed, type Mutant } from './mutant.ts';

/**
 * Mistakes in closing the places. Places must be closed while there may be operations that the journal doesn't have.
 */
export const feedMutants = {
  'foreign-effect-ignored': {
    file: 'subgraphs/circulation/feed/unsafe-places.ts',
    inBooks: 'OPERATION_LOST',
    edits: [{ from: 'await books.closePlaces();', to: '' }],
    // Another installation lends. The settling time is long enough for the follower to notice.
    scenario: { ...aimed, dropAfterMs: 20_000, foreignAfterMs: 5_000 },
  },
} as const satisfies Record<string, Mutant>;
