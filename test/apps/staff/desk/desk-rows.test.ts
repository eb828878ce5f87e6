/** The state of the desk without its view, with a fake graph: the time at which each row is sent, and its outcome. */
import { expect, test } from 'vitest';
import { createDesk } from '../../../../apps/staff/src/desk/desk.ts';
import { maxUnderWay, maxWaiting } from '../../../../apps/staff/src/desk/row.ts';
import { readScanned } from '../../../../apps/staff/src/desk/scanned.ts';
import { createFakeGraph } from './fake-graph.ts';

const card = '21852000000066';
const otherCard = '21852000000256';
const items = Array.from({ length: 25 }, (_, index) => `3185200000${String(index).padStart(4, '0')}`);
const [first = '', second = '', third = ''] = items;

/** A desk that sends unsettled rows again without a pause. */
const openDesk = () => {
  const fake = createFakeGraph();
  const desk = createDesk({ pause: () => Promise.resolve() });
  desk.connect(fake.graph);
  const statesOf = () => desk.state().rows.map(({ state }) => state);
  return { ...fake, desk, statesOf };
};

test('numbers may be typed with spaces and in full width, and scanners and card readers type them as at a station', () => {
  expect(readScanned(' 2185 2000 0000 66 ')).toEqual({ kind: 'card', card: { libraryCardNumber: card } });
  expect(readScanned('３１８５２００００００４９４')).toEqual({ kind: 'item', itemNumber: '31852000000494' });
  expect(readScanned('b654321(4) 2020-06-02')).toEqual({
    kind: 'card',
    card: { smartId: { identityNumber: 'B654321(4)', dateOfIssue: '2020-06-02' } },
  });
  expect(readScanned('A31852000000494B')).toEqual({ kind: 'item', itemNumber: '31852000000494' });
  expect(readScanned('2-1852-0000-0006-6')).toEqual({ kind: 'card', card: { libraryCardNumber: card } });
  for (const date of ['20200602', '02-06-2020']) {
    expect(readScanned(`B654321(4) ${date}`)).toMatchObject({
      card: { smartId: { dateOfIssue: '2020-06-02' } },
    });
  }
  expect(readScanned('B654321(4) 2020-02-30')).toEqual({ kind: 'unreadable' });
  expect(readScanned(`${card}${first}`)).toEqual({ kind: 'unreadable' });
});

test('copies are lent on a card in the order in which they were scanned, one after the other', async () => {
  const { desk, sent, answer, statesOf } = openDesk();
  desk.scan(card);
  for (const item of items.slice(0, 3)) {
    desk.scan(item);
  }
  expect(sent()).toEqual([first]);
  expect(statesOf()).toEqual(['waiting', 'waiting', 'sending']);
  answer(first, 'DONE');
  await expect.poll(() => sent()).toEqual([first, second]);
  answer(second, 'REFUSED');
  await expect.poll(() => sent()).toEqual([first, second, third]);
  expect(statesOf()).toEqual(['sending', 'refused', 'done']);
});

test('an unsettled copy doesn’t hold up the next one, and settles under its reference', async () => {
  const { desk, sent, answer, statesOf, references } = openDesk();
  desk.scan(card);
  desk.scan(first);
  desk.scan(second);
  answer(first, 'UNSETTLED');
  await expect.poll(() => sent()).toEqual([first, second, first]);
  expect(statesOf()).toEqual(['sending', 'unsettled']);
  answer(first, 'DONE');
  await expect.poll(() => statesOf()).toEqual(['sending', 'done']);
  expect(new Set(references(first)).size).toBe(1);
});

test('another card ends the session: settled rows go, and rows under way go on, on their own card', async () => {
  const { desk, answer, sent, cardsOf, statesOf } = openDesk();
  desk.scan(card);
  desk.scan(first);
  answer(first, 'DONE');
  await expect.poll(() => statesOf()).toEqual(['done']);
  desk.scan(second);
  desk.scan(third);
  desk.scan(otherCard);
  desk.scan(items[3] ?? '');
  expect(desk.state().rows.map(({ itemNumber }) => itemNumber)).toEqual([items[3], third, second]);
  answer(second, 'DONE');
  await expect.poll(() => sent()).toContain(third);
  expect(cardsOf(third)).toEqual([card]);
  expect(cardsOf(items[3] ?? '')).toEqual([otherCard]);
});

test(`no more than ${maxUnderWay} copies are under way; the others wait for their turn, and none is lost`, async () => {
  const { desk, sent, answer, statesOf } = openDesk();
  desk.scan(card);
  for (const item of items) {
    desk.scan(item);
  }
  for (const item of items.slice(0, maxUnderWay)) {
    await expect.poll(() => sent()).toContain(item);
    answer(item, 'UNSETTLED');
  }
  await expect.poll(() => statesOf().filter((state) => state === 'unsettled')).toHaveLength(maxUnderWay);
  expect(statesOf().filter((state) => state === 'waiting')).toHaveLength(items.length - maxUnderWay);
  for (const item of items) {
    await expect.poll(() => sent()).toContain(item);
    answer(item, 'DONE');
  }
  await expect.poll(() => statesOf().every((state) => state === 'done')).toBe(true);
  expect(statesOf()).toHaveLength(items.length);
});

test('a row for which there is no room says so', () => {
  const { desk } = openDesk();
  desk.scan(first);
  expect(desk.state().rows[0]).toMatchObject({ state: 'refused', problems: [{ code: 'NO_CARD' }] });
  desk.scan('123');
  expect(desk.state().rows[0]).toMatchObject({ state: 'refused', problems: [{ code: 'UNREADABLE' }] });
  desk.setMode('checkIn');
  for (let index = 0; index <= maxWaiting + 4; index += 1) {
    desk.scan(first);
  }
  expect(desk.state().rows[0]).toMatchObject({ state: 'refused', problems: [{ code: 'TOO_MANY' }] });
});

test('an unanswered row is sent again under its reference, and a refused row as a new operation', async () => {
  const { desk, fail, answer, statesOf, references } = openDesk();
  desk.setMode('checkIn');
  desk.scan(first);
  fail(first);
  await expect.poll(() => statesOf()).toEqual(['failed']);
  desk.again(desk.state().rows[0]?.reference ?? '');
  expect(new Set(references(first)).size).toBe(1);
  answer(first, 'REFUSED');
  await expect.poll(() => statesOf()).toEqual(['refused']);
  desk.again(desk.state().rows[0]?.reference ?? '');
  expect(new Set(references(first)).size).toBe(2);
});
