import { expect, test } from 'vitest';
import type { IndexDatabase, IndexedEvent } from '../../../store/index/port.ts';
import { markListed, stateOf } from '../../support/index/open-lists.ts';
import {
  beginOpen,
  cardOf,
  holdOf,
  type IndexOpening,
  type IndexUnderTest,
  loanOf,
} from './index-under-test.ts';

const [lentCard, returnedCard, heldCard] = [cardOf(1), cardOf(2), cardOf(3)];

const event = (sequence: string, opens: IndexedEvent['opens']): IndexedEvent => ({
  sequence,
  day: '2026-11-20',
  counts: opens?.kind === 'LOAN' ? (opens.isOut ? 'LENT' : 'RETURNED') : null,
  toRead: opens === null ? [] : [{ kind: 'CARD', key: opens.libraryCardNumber }],
  opens,
});
const loan = (sequence: string, id: string, libraryCardNumber: string, isOut: boolean): IndexedEvent =>
  event(sequence, { kind: 'LOAN', id, libraryCardNumber, isOut });

async function apply(index: IndexDatabase, events: readonly IndexedEvent[]): Promise<void> {
  const { id, eventSequence } = await stateOf(index);
  const sequence = events.at(-1)?.sequence ?? eventSequence;
  await index.applyEvents(id, events, { sequence, upTo: null }, '0');
}

async function read(index: IndexDatabase, ...numbers: readonly string[]): Promise<void> {
  const start = await index.startReading();
  await index.saveCards(
    numbers.map((libraryCardNumber, at) => ({
      libraryCardNumber,
      start,
      loans: [loanOf(at, libraryCardNumber)],
      holds: [],
    })),
  );
}

/** Empties the tables that a crash of PostgreSQL empties. */
async function crash(subject: IndexUnderTest): Promise<void> {
  const unlogged = [
    'loans',
    'holds',
    'counts',
    'card_readings',
    'to_read',
    'open_loans',
    'filled',
    'numbers',
  ];
  for (const name of unlogged) {
    await subject.query(`delete from ${subject.table(name)}`);
  }
}

/** The contract of `IndexBuild` for the stages of a build, and for a crash of the server. */
export function stagesContract(open: IndexOpening): void {
  test('reads the events first, and then only the cards with something open', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    await apply(index, [loan('1', 'L1', lentCard, true), loan('2', 'L2', returnedCard, true)]);
    await apply(index, [
      loan('3', 'L2', returnedCard, false),
      event('4', { kind: 'CARD', libraryCardNumber: heldCard }),
      loan('5', 'L3', returnedCard, true),
      loan('6', 'L3', returnedCard, false),
    ]);
    expect(await index.toRead('CARD', 10)).toEqual([]);
    expect(await index.progress()).toMatchObject({ isOpen: false, areDaysCounted: false });
    await index.listOpenLoans(await stateOf(index));
    expect(await index.progress()).toMatchObject({ areDaysCounted: true, underWay: { stage: 'CARDS' } });
    expect(await index.lendingDays('2026-11-01')).toMatchObject([{ lent: 3, returned: 2 }]);
    await markListed(index);
    expect((await index.toRead('CARD', 10)).toSorted()).toEqual([lentCard, heldCard].toSorted());
  });

  test('lists open with the last card, and lack what has no event until the crawl has read it', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    await apply(index, [loan('1', 'L1', lentCard, true), loan('2', 'L2', heldCard, true)]);
    await index.listOpenLoans(await stateOf(index));
    expect(await index.openLists(await stateOf(index)), 'not marked yet').toBe(false);
    await markListed(index);
    await read(index, lentCard);
    expect(await index.openLists(await stateOf(index)), 'a card is left').toBe(false);
    expect(await index.progress()).toMatchObject({ isOpen: false, underWay: { done: 1, total: 2 } });
    await index.markToRead([{ kind: 'CARD', key: heldCard }]);
    expect(await index.openLists(await stateOf(index)), 'it was marked again').toBe(false);
    await read(index, heldCard);
    await index.markToRead([{ kind: 'CARD', key: lentCard }]);
    expect(await index.openLists(await stateOf(index))).toBe(true);
    expect(await index.progress()).toMatchObject({ isOpen: true, isWhole: false });
    await index.finishPass(await stateOf(index));
    expect(await index.progress()).toMatchObject({ isOpen: true, isWhole: true, underWay: null });
  });

  test('a card that can’t be decoded does not keep lists closed', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    await apply(index, [loan('1', 'L1', lentCard, true)]);
    await index.listOpenLoans(await stateOf(index));
    await markListed(index);
    await index.setAside([{ kind: 'CARD', key: lentCard }], await index.startReading());
    expect(await index.openLists(await stateOf(index))).toBe(true);
  });

  test('after a crash only the cards that had rows or marks are read again, and the feed goes on', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await apply(index, [loan('7', 'L7', lentCard, true)]);
    await read(index, lentCard, heldCard, returnedCard);
    const start = await index.startReading();
    await index.saveCards([{ libraryCardNumber: returnedCard, start, loans: [], holds: [] }]);
    await index.saveCards([{ libraryCardNumber: heldCard, start, loans: [], holds: [holdOf(1, heldCard)] }]);
    const marked = cardOf(4);
    await apply(index, [loan('8', 'L8', marked, true)]);
    await index.finishPass(await stateOf(index));
    await markListed(index);
    const before = await stateOf(index);
    const underWay = await index.startReading();
    await crash(subject);
    expect((await index.startReading()).number).toBeGreaterThan(underWay.number);
    expect(await index.buildState()).toBeNull();
    const emptied = { isOpen: false, isWhole: false, isReadAgain: true };
    expect(await index.progress()).toMatchObject(emptied);
    expect(await index.begin()).toBe(true);
    expect(await index.progress()).toMatchObject(emptied);
    const resumed = await stateOf(index);
    expect(resumed).toMatchObject({ stage: 'CARDS', isWhole: true, eventSequence: '8', crawl: before.crawl });
    expect(resumed.id).not.toBe(before.id);
    await markListed(index);
    expect((await index.toRead('CARD', 10)).toSorted()).toEqual([lentCard, heldCard, marked].toSorted());
    await read(index, lentCard, heldCard, marked);
    await index.openLists(resumed);
    expect(await index.progress()).toMatchObject({ isOpen: true, isWhole: true, isReadAgain: false });
    expect(await index.lendingDays('2026-11-01'), 'days are kept').toMatchObject([{ lent: 2 }]);
    await index.applyEvents(resumed.id, [loan('8', 'L8', marked, true)], null, '0');
    expect(await index.lendingDays('2026-11-01'), 'an event is counted once').toMatchObject([{ lent: 2 }]);
  });

  test('a crash while the feed is read for the first time begins it again', async () => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    await apply(index, [loan('1', 'L1', lentCard, true)]);
    await crash(subject);
    await index.begin();
    expect(await index.buildState()).toMatchObject({ stage: 'EVENTS', eventSequence: '0' });
    expect(await index.lendingDays('2026-11-01')).toEqual([]);
  });

  test('says when the stage will end', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const state = await stateOf(index);
    const position = { ...state.crawl, afterPatron: 'P0000100', patronsRead: 100, patronsTotal: 300 };
    await index.saveCrawled(state, [], position);
    await subject.query(`update ${subject.table('build')} set stage_began_at = stage_began_at - 10000`);
    const { underWay } = await index.progress();
    expect(underWay).toMatchObject({ stage: 'PATRONS', done: 100, total: 300 });
    expect(underWay?.perSecond).toBeCloseTo(10, 0);
    expect(underWay?.leftMs).toBeGreaterThan(18_000);
    expect(underWay?.leftMs).toBeLessThan(25_000);
  });
}
