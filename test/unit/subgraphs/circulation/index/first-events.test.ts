/** The marks that the first events cause when a feed is followed for the first time. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CirculationEvent } from '../../../../../adapters/circulation/port.ts';
import type { IndexDatabase } from '../../../../../store/index/port.ts';
import type { FeedListener, ReadPage } from '../../../../../subgraphs/circulation/feed/listener.ts';
import type { IndexServices } from '../../../../../subgraphs/circulation/index/services.ts';
import { openLists } from '../../../../support/index/open-lists.ts';
import { startPageTaker } from '../../../../support/index/page-taker.ts';
import { temporaryIndex } from '../../../../support/index/temporary-index.ts';

const cardsOfEvents = { old: '21852000000033', late: '21852000000041', next: '21852000000058' };

let resources: AsyncDisposableStack;
let index: IndexDatabase;
let builder: FeedListener;
/** The index's clock. It moves at each reading, so no two marks have the same time. */
let nowMs: number;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  nowMs = Date.now();
  index = await temporaryIndex(resources, () => {
    nowMs += 1;
    return new Date(nowMs);
  });
  const say = () => undefined;
  const services = { index, monotonic: () => performance.now(), log: { info: say, warn: say, error: say } };
  builder = startPageTaker(services as unknown as IndexServices, resources);
});
afterEach(() => resources.disposeAsync());

/** The event of a return on this card. */
const returned = (sequence: string, libraryCardNumber: string, minutesAgo: number): CirculationEvent => ({
  sequence,
  kind: 'CHECKED_IN',
  libraryCardNumber,
  at: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
  itemNumber: '31852000000494',
  loanId: 'L00000001',
  reference: null,
});

const page = (events: readonly CirculationEvent[], more: Partial<ReadPage> = {}): ReadPage => ({
  after: '0',
  isLast: true,
  isRepeated: false,
  settledSequence: '0',
  leaseMs: 15_000,
  lease: { follower: 'one', generation: '' },
  events,
  ...more,
});

test('old events mark nothing when they are read again; what fills a gap, and what comes next, does', async () => {
  const old = [returned('1', cardsOfEvents.old, 43_200), returned('5', cardsOfEvents.old, 60)];
  await builder.take(page(old));
  expect(await index.buildState()).toMatchObject({ stage: 'EVENTS', eventSequence: '5' });
  await openLists(index);
  await builder.take(page(old, { isRepeated: true }));
  expect(await index.toRead('CARD', 10)).toEqual([]);
  expect(await index.toRead('ITEM', 10)).toEqual([]);
  const late = returned('4', cardsOfEvents.late, 1);
  await builder.take(page([...old, late], { isRepeated: true }));
  await builder.take(page([returned('6', cardsOfEvents.next, 0)], { after: '5' }));
  expect(await index.toRead('CARD', 10)).toEqual([cardsOfEvents.late, cardsOfEvents.next]);
});

test('a rereading that is ahead of the index does not count an event twice', async () => {
  await builder.take(page([]));
  await openLists(index);
  await builder.take(page([returned('7', cardsOfEvents.next, 0)], { isRepeated: true }));
  await builder.take(page([returned('7', cardsOfEvents.next, 0)], { settledSequence: '9' }));
  const days = await index.lendingDays('2020-01-01');
  expect(days.map(({ returned: count }) => count)).toEqual([1]);
});

test('a backlog is as new as the events that were read of it, until its last page', async () => {
  await builder.take(page([]));
  await openLists(index);
  await builder.take(page([returned('1', cardsOfEvents.old, 0)], { after: '0' }));
  const read = async () => (await index.progress()).asOf?.getTime() ?? 0;
  const whole = await read();
  const anHourOn = (sequence: string, minutes: number): CirculationEvent => ({
    ...returned(sequence, cardsOfEvents.next, 0),
    at: new Date(nowMs + minutes * 60_000).toISOString(),
  });
  const [first, second] = [anHourOn('2', 10), anHourOn('3', 50)];
  nowMs += 3_600_000;
  await index.wasRead(
    [
      { kind: 'CARD', key: cardsOfEvents.old },
      { kind: 'ITEM', key: '31852000000494' },
    ],
    await index.startReading(),
  );
  await builder.take(page([first], { after: '1', isLast: false }));
  expect(await read()).toBe(Date.parse(first.at));
  expect(await read()).toBeGreaterThan(whole);
  await builder.take(page([second], { after: '2' }));
  expect(await read(), 'what the first page marked has not been read').toBeGreaterThan(Date.parse(first.at));
});
