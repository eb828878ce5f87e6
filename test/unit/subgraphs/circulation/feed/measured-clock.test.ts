/** Which effects are a measure of circulation's clock that the process may show. */
import { expect, test } from 'vitest';
import type { Account, Effect, FollowedBooks } from '../../../../../store/journal/port.ts';
import { Comparing } from '../../../../../subgraphs/circulation/feed/comparing.ts';
import type { FeedServices } from '../../../../../subgraphs/circulation/feed/services.ts';
import type { UnsafePlaces } from '../../../../../subgraphs/circulation/feed/unsafe-places.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';

const sentAt = new Date('2026-11-29T12:00:00Z');
const operationId = 'x'.repeat(22);
/** Circulation's clock is a minute ahead. */
const effect: Effect = {
  sequence: '815',
  operationId,
  kind: 'CHECKED_OUT',
  at: new Date(sentAt.getTime() + 60_000),
};

/** Judges the effect of a check-out. Resolves to what is shown of circulation's clock. */
async function shownAfter(areNew: boolean, settledAt: Date | null): Promise<readonly unknown[]> {
  const shown: unknown[] = [];
  const state = settledAt === null ? 'UNSETTLED' : 'DONE';
  const certainAt = new Date(sentAt.getTime() + 42_000);
  const account: Account = {
    operationId,
    operation: { kind: 'CHECK_OUT', state, certainAt, certainAfterMs: 42_000, settledAt },
    effects: [effect],
  };
  const services = {
    books: { accountsOf: async () => [account], recordFindings: async () => [] },
    observer: { circulationClockMeasured: (aheadMs: number | null) => shown.push(aheadMs) },
    monotonic: () => 0,
    times: changeTimes,
  } as unknown as FeedServices;
  const comparing = new Comparing(services, {} as UnsafePlaces);
  await comparing.judge([effect], { since: sentAt } as FollowedBooks, areNew);
  return shown;
}

const answeredAt = new Date(sentAt.getTime() + 400);

test('an answered change on a new page is a measure', async () => {
  expect(await shownAfter(true, answeredAt)).toEqual([59_600]);
});

test('a rereading shows old effects again, which are none', async () => {
  expect(await shownAfter(false, answeredAt)).toEqual([]);
});

test('a change without an answer is none', async () => {
  expect(await shownAfter(true, null)).toEqual([]);
});
