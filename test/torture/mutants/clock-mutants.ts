import type { Scenario } from '../scenario.ts';
import { aimed, type Mutant } from './mutant.ts';

const hourMs = 3_600_000;

/** The database's clock is put an hour ahead again and again. Then all replicas are killed, and the clock is put right. */
const wrongClock: Scenario = {
  ...aimed,
  jumpEveryMs: [3_000, 5_000],
  jumpMs: [[hourMs, hourMs]],
  crashesWithWrongClock: true,
};

/** Mistakes that only a stepped clock reveals. The books can't find them, because no change is wrong. */
export const clockMutants = {
  'lease-by-clock': {
    file: 'store/journal/statements/dialect.ts',
    inBooks: null,
    edits: [
      {
        from: ' or lease_number = cast(',
        // The edit keeps the parameter, because the statement must still use all of its parameters.
        to: ' or leased_until <= patron_graph.journal_now() or lease_number = 0 - cast(',
      },
    ],
    scenario: wrongClock,
  },
  'due-by-clock': {
    file: 'store/journal/statements/operations/reconciling.ts',
    inBooks: null,
    edits: [{ from: ' and look_at > ', to: ' and false and look_at > ' }],
    // Some operations are unsettled when the clock is put right.
    scenario: {
      ...wrongClock,
      legacyFaults: { circ: [{ kind: 'hang', delayMs: 6_000, rate: 0.2, operations: ['CheckOut'] }] },
    },
  },
  'circulation-clock-unmeasured': {
    file: 'subgraphs/operations/books/discrepancies.ts',
    inBooks: null,
    edits: [{ from: 'at.getTime() - aheadMs > certainAt', to: 'at.getTime() > certainAt' }],
    // The answers of some check-outs are lost. So only the times of circulation's events show whether these check-outs
    // were made in time.
    scenario: {
      ...aimed,
      seconds: 60,
      circulationAheadMs: hourMs,
      legacyFaults: { circ: [{ kind: 'reset-after', rate: 0.2, operations: ['CheckOut'] }] },
    },
  },
  'index-by-clock': {
    file: 'store/index/to-read.ts',
    inBooks: null,
    edits: [
      {
        from: 'const [number, nowMs] = await Promise.all([store.draw(), store.now()]);',
        to: 'const nowMs = await store.now();\n  const number = nowMs;',
      },
    ],
    scenario: wrongClock,
  },
} as const satisfies Record<string, Mutant>;
