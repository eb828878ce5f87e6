import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  type ItemAnswer,
  maxScans,
  ScanQueue,
  type SendItem,
  waitForUnsettledMs,
} from '../../../../apps/station/src/scans/queue.ts';

const answer: ItemAnswer = {
  title: '紅樓夢',
  dueOn: '2026-12-08',
  code: '7K2M9QXR',
  itemState: null,
  sentTo: null,
  problems: [],
  missing: [],
  remaining: null,
};

/** A sent item. The test settles it with one of the functions. */
interface Sent {
  readonly itemNumber: string;
  readonly signal: AbortSignal;
  unsettled(): void;
  done(remaining?: number): void;
  refused(): void;
  fail(): void;
}

let queue: ScanQueue;
let sent: Sent[];
const send: SendItem = (itemNumber, { onUnsettled, signal }) => {
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<SendItem>>>();
  sent.push({
    itemNumber,
    signal,
    unsettled: () => onUnsettled(answer),
    done: (remaining) => resolve({ state: 'done', answer: { ...answer, remaining: remaining ?? null } }),
    refused: () => resolve({ state: 'refused', answer }),
    fail: () => reject(new Error('no answer')),
  });
  return promise;
};
const scan = (...numbers: string[]) => numbers.map((number) => queue.scan(number, 'checkOut', send));
const states = () => queue.scans.map(({ state }) => state);
const sentItem = (index: number): Sent => sent[index] ?? expect.fail(`item ${index} was not sent`);

beforeEach(() => {
  vi.useFakeTimers();
  queue = new ScanQueue();
  sent = [];
});
afterEach(() => {
  vi.useRealTimers();
});

test('items go out while earlier ones are under way, three at a time, in their order', async () => {
  queue.setRemaining(10);
  scan('1', '2', '3', '4', '5');
  expect(states()).toEqual(['sent', 'sent', 'sent', 'waiting', 'waiting']);
  sentItem(1).done();
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(['sent', 'done', 'sent', 'sent', 'waiting']);
  expect(sent.map(({ itemNumber }) => itemNumber)).toEqual(['1', '2', '3', '4']);
});

test('near the quota one item goes out at a time, so that the order of answers costs no place', async () => {
  queue.setRemaining(3);
  scan('1', '2', '3', '4');
  expect(states()).toEqual(['sent', 'sent', 'sent', 'waiting']);
  sentItem(0).done(1);
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(['done', 'sent', 'sent', 'waiting']);
  sentItem(1).done(0);
  sentItem(2).refused();
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(['done', 'done', 'refused', 'sent']);
});

test('an unsettled item does not hold up the next ones, and counts as overdue after fifteen seconds', async () => {
  scan('1', '2');
  sentItem(0).unsettled();
  expect(states()).toEqual(['unsettled', 'sent']);
  sentItem(1).done();
  await vi.advanceTimersByTimeAsync(waitForUnsettledMs);
  expect(queue.scans.map(({ overdue }) => overdue)).toEqual([true, false]);
  sentItem(0).done();
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.scans[0]).toMatchObject({ state: 'done', answer });
});

test('an item without any answer blocks the next for fifteen seconds at most, and is unknown in the end', async () => {
  scan('1', '2');
  expect(states()).toEqual(['sent', 'waiting']);
  await vi.advanceTimersByTimeAsync(waitForUnsettledMs);
  expect(states()).toEqual(['sent', 'sent']);
  sentItem(0).fail();
  await vi.advanceTimersByTimeAsync(0);
  expect(states()).toEqual(['unknown', 'sent']);
});

test('an item that the scanner reads twice is sent once; it is sent again when it is settled', async () => {
  expect(scan('1', '1')).toEqual(['taken', 'twice']);
  sentItem(0).done();
  await vi.advanceTimersByTimeAsync(0);
  expect(scan('1')).toEqual(['taken']);
  expect(sent).toHaveLength(2);
});

test('the last message is about the item that changed last, not the one that was scanned last', async () => {
  const toldPosition = () => queue.lastTold?.position ?? null;
  queue.setRemaining(10);
  scan('1', '2', '3');
  expect(toldPosition()).toBeNull();
  sentItem(1).done();
  await vi.advanceTimersByTimeAsync(0);
  expect(toldPosition()).toBe(2);
  sentItem(0).refused();
  await vi.advanceTimersByTimeAsync(0);
  expect(queue.lastTold).toMatchObject({ position: 1, state: 'refused' });
  await vi.advanceTimersByTimeAsync(waitForUnsettledMs);
  expect(queue.lastTold).toMatchObject({ position: 3, state: 'sent', overdue: true });
});

test('items that wait when the reader leaves are never sent, and say so; items that were sent go on', async () => {
  scan('1', '2', '3');
  expect(states()).toEqual(['sent', 'waiting', 'waiting']);
  queue.cancelWaiting();
  expect(states()).toEqual(['sent', 'notSent', 'notSent']);
  sentItem(0).done(9);
  await vi.advanceTimersByTimeAsync(waitForUnsettledMs);
  expect(states()).toEqual(['done', 'notSent', 'notSent']);
  expect(sent).toHaveLength(1);
});

test('the items of a visit are limited', () => {
  scan(...Array.from({ length: maxScans }, (_, index) => String(index)));
  expect(scan('one more')).toEqual(['full']);
});

test('after the reader is forgotten nothing is sent, and no answer changes anything', async () => {
  scan('1', '2');
  const listener = vi.fn();
  queue.subscribe(listener);
  queue.stop();
  expect(sentItem(0).signal.aborted).toBe(true);
  sentItem(0).done();
  await vi.advanceTimersByTimeAsync(waitForUnsettledMs);
  expect(listener).not.toHaveBeenCalled();
  expect(sent).toHaveLength(1);
});
