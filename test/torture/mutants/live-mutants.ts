import { aimed, type Mutant } from './mutant.ts';

/** Everybody follows, and connections are cut all the time. */
const followed = { ...aimed, subscribers: 8, seconds: 25, leaveAfterMs: [3_000, 10_000] } as const;

/** Mistakes in the log of changes and in its streams. The books can't find them, because no change is wrong. */
export const liveMutants = {
  'cursor-ahead': {
    file: 'subgraphs/operations/changes/follow.ts',
    inBooks: null,
    edits: [{ from: 'return read.number;', to: 'return Math.min(read.number + 1, newest);' }],
    scenario: followed,
  },
  'cursor-behind': {
    file: 'subgraphs/operations/changes/follow.ts',
    inBooks: null,
    edits: [{ from: 'return read.number;', to: 'return Math.max(read.number - 1, 0);' }],
    scenario: followed,
  },
  'order-by-sequence': {
    file: 'store/journal/statements/log.ts',
    inBooks: null,
    // A row's number is its sequence. A row that is committed later than its successor appears behind the readers.
    edits: [{ from: 'set number = next.number', to: 'set number = next.id' }],
    scenario: followed,
  },
  'queue-drops': {
    file: 'gateway/engine/streams/event-queue.ts',
    inBooks: null,
    edits: [
      { from: 'if (!this.#isCrowded()) {', to: 'if (this.#bounds !== null) {' },
      {
        from: 'this.#waiting = [{ event: this.#lagged(this.#cursor), bytes: 0, cursor: null }];',
        to: 'this.#waiting = [];',
      },
    ],
    // All clients read slowly at times, and the queues overflow.
    scenario: followed,
  },
} as const satisfies Record<string, Mutant>;
