/** The reconciler records the finding about an offline loan if the loan's request was aborted before it could. */
import { expect, test } from 'vitest';
import type { Operation } from '../../../../../store/journal/port.ts';
import { withOfflineFindings } from '../../../../../subgraphs/circulation/books/lent-offline.ts';

const at = new Date('2026-11-24T12:00:00Z');

async function findingsOf(details: object, state: Operation['state'], problem: string) {
  const recorded: object[] = [];
  const operation = {
    id: 'a',
    kind: 'CHECK_OUT',
    state,
    details,
    result: { problem },
    requestedAt: at,
    settledAt: at,
  };
  const services = {
    journal: { findById: async () => operation as unknown as Operation },
    books: {
      async recordFindings(findings: readonly object[]) {
        recorded.push(...findings);
        return [];
      },
    },
    log: { error: () => undefined },
  };
  const reconcilers = withOfflineFindings(services as never, {
    CHECK_OUT: async () => 7,
    CHECK_IN: async () => 8,
  });
  const due = { operation, now: at, observedMs: 0 } as never;
  const signal = AbortSignal.timeout(1_000);
  expect(await reconcilers.CHECK_OUT?.(due, signal)).toBe(7);
  expect(await reconcilers.CHECK_IN?.(due, signal)).toBe(8);
  return recorded;
}

test('a loan off line that was refused for good becomes a finding, once', async () => {
  expect(await findingsOf({ lentOffline: true }, 'REFUSED', 'QUOTA_REACHED')).toEqual([
    { operationId: 'a', discrepancy: 'LENT_OFFLINE', sequence: null, at },
  ]);
});

test.each([
  ['lent on line', {}, 'REFUSED', 'QUOTA_REACHED'],
  ['done', { lentOffline: true }, 'DONE', ''],
  ['not settled', { lentOffline: true }, 'UNSETTLED', ''],
  ['refused because a system did not answer', { lentOffline: true }, 'REFUSED', 'SYSTEM_UNAVAILABLE'],
  ['already lent to the patron', { lentOffline: true }, 'REFUSED', 'ALREADY_LENT'],
] as const)('a loan that is %s does not', async (_name, details, state, problem) => {
  expect(await findingsOf(details, state, problem)).toEqual([]);
});
