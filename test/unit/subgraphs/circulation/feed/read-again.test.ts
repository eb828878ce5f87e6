/**
 * Events are read again and again while there may be gaps among them. If they fill more than a page, they must not be
 * mistaken for new events.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { FeedEvent } from '../../../../../adapters/circulation/port.ts';
import type { IndexDatabase } from '../../../../../store/index/port.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { startFeedFollower } from '../../../../../subgraphs/circulation/feed/follower.ts';
import type { FeedServices } from '../../../../../subgraphs/circulation/feed/services.ts';
import type { IndexServices } from '../../../../../subgraphs/circulation/index/services.ts';
import { hongKongDay, hongKongInstant } from '../../../../../subgraphs/library/calendar.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../../../subgraphs/runtime/pause.ts';
import { openLists } from '../../../../support/index/open-lists.ts';
import { startPageTaker } from '../../../../support/index/page-taker.ts';
import { temporaryIndex } from '../../../../support/index/temporary-index.ts';
import { secret } from '../../../../support/journal-secret.ts';

/** The number of events, which fill two pages and a half. */
const eventCount = 1_250;

let resources: AsyncDisposableStack;
let index: IndexDatabase;
let events: FeedEvent[];
/** The number of times that the feed was read from its first event on. */
let beginnings: number;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  events = [];
  beginnings = 0;
  const folder = await mkdtemp(join(tmpdir(), 'feed-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const journal = resources.use(await openSqliteJournal({ secret, path: join(folder, 'journal.sqlite') }));
  index = await temporaryIndex(resources);
  const eventsAfter = async (after: string, first: number) => {
    beginnings += after === '0' && events.length > 0 ? 1 : 0;
    return events.filter(({ sequence }) => BigInt(sequence) > BigInt(after)).slice(0, first);
  };
  let aheadMs = 0;
  const say = () => undefined;
  const services = {
    circulation: { eventsAfter },
    journal,
    books: journal,
    index,
    times: changeTimes,
    monotonic: () => performance.now() + aheadMs,
    observer: {},
    log: { info: say, warn: say, error: say },
  } as unknown as FeedServices & IndexServices;
  // Each pause of the follower is long enough for the events to be read again. Some pauses later the events are
  // settled.
  const hurried = (_: number, signal: AbortSignal) => {
    aheadMs += changeTimes.gapsFillWithinMs / 4;
    return pause(5, signal);
  };
  resources.use(startFeedFollower(services, hurried, startPageTaker(services, resources)));
});
afterEach(() => resources.disposeAsync());

test('events that fill several pages are counted once, however often they are read again before they are settled', async () => {
  await expect.poll(() => index.buildState()).not.toBeNull();
  const now = new Date();
  events = Array.from({ length: eventCount }, (_, position) => ({
    sequence: `${position + 1}`,
    at: hongKongInstant(now),
    kind: 'CHECKED_OUT',
    reference: null,
    libraryCardNumber: '21852000000033',
    itemNumber: '31852000000494',
    loanId: `L${position}`,
  }));
  await expect.poll(() => beginnings, { timeout: 15_000 }).toBeGreaterThan(3);
  const today = hongKongDay(now);
  expect(await index.lendingDays(today)).toEqual([{ day: today, lent: eventCount, returned: 0 }]);
});

test('an event of a kind that nobody here knows has its card and its item read again', async () => {
  await expect.poll(() => index.buildState()).not.toBeNull();
  await openLists(index);
  events = [
    {
      sequence: '1',
      at: hongKongInstant(new Date()),
      kind: 'OTHER',
      reference: null,
      libraryCardNumber: '21852000000033',
      itemNumber: '31852000000494',
      loanId: 'L1',
    },
  ];
  await expect.poll(() => index.toRead('CARD', 10), { timeout: 15_000 }).toEqual(['21852000000033']);
  expect(await index.toRead('ITEM', 10)).toEqual(['31852000000494']);
});
