import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { IndexDatabase, IndexedEvent, ToRead } from '../../../store/index/port.ts';
import { markListed, stateOf } from '../../support/index/open-lists.ts';
import { beginOpen, cardOf, holdOf, type IndexOpening, loanOf } from './index-under-test.ts';

const [card, other] = [cardOf(1), cardOf(2)];

const lent = (sequence: string, ...toRead: ToRead[]): IndexedEvent => ({
  sequence,
  day: '2026-11-20',
  counts: 'LENT',
  toRead,
  opens: null,
});
const cardMark = { kind: 'CARD', key: card } as const;

async function crawled(index: IndexDatabase, number: string, more: { holds?: boolean } = {}): Promise<void> {
  const state = await stateOf(index);
  const reading = {
    libraryCardNumber: number,
    start: await index.startReading(),
    loans: [loanOf(1, number)],
    holds: more.holds === true ? [holdOf(1, number)] : [],
  };
  await index.saveCrawled(state, [reading], {
    ...state.crawl,
    afterPatron: 'P0000001',
    patronsRead: 1,
    patronsTotal: 2,
  });
}

/** Applies events. `sequence` is the new position of the index in the feed; null leaves the position unchanged. */
async function apply(
  index: IndexDatabase,
  events: readonly IndexedEvent[],
  sequence: string | null,
  settledSequence: string,
): Promise<void> {
  const { id } = await stateOf(index);
  const position = sequence === null ? null : { sequence, upTo: null };
  await index.applyEvents(id, events, position, settledSequence);
}

export function indexBuildContract(open: IndexOpening): void {
  test('an empty index is not whole, and says so', async () => {
    await using subject = await open();
    expect(await subject.index.buildState()).toBeNull();
    expect(await subject.index.progress()).toEqual({
      isWhole: false,
      isReadAgain: false,
      areDaysCounted: false,
      patronsRead: 0,
      patronsTotal: null,
      isOpen: false,
      underWay: null,
      asOf: null,
      ageMs: null,
    });
  });

  test('is whole after the first pass of the crawl, and the next pass begins', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await crawled(index, card);
    expect(await index.progress()).toMatchObject({ isWhole: false, patronsRead: 1, patronsTotal: 2 });
    const resumed = await (await subject.open()).buildState();
    expect(resumed).toMatchObject({ stage: 'OPEN', crawl: { pass: 1, afterPatron: 'P0000001' } });
    await index.finishPass(await stateOf(index));
    expect(await index.progress()).toMatchObject({ isWhole: true });
    expect(await index.buildState()).toMatchObject({ crawl: { pass: 2, afterPatron: null, patronsRead: 0 } });
  });

  test('a card with rows that a pass has not read is read after it', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await crawled(index, card);
    await index.finishPass(await stateOf(index));
    await markListed(index);
    expect(await index.toRead('CARD', 10)).toEqual([]);
    await index.finishPass(await stateOf(index));
    await markListed(index);
    expect(await index.toRead('CARD', 10)).toEqual([card]);
  });

  test('an event is applied once, however often it comes', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const item = { kind: 'ITEM', key: '31852000000494' } as const;
    await apply(index, [lent('7', cardMark, item)], '7', '0');
    expect(await index.toRead('CARD', 10)).toEqual([card]);
    expect(await index.toRead('ITEM', 10)).toEqual(['31852000000494']);
    await index.wasRead([cardMark, item], await index.startReading());
    await apply(index, [lent('5', cardMark), lent('7', cardMark)], null, '0');
    expect(await index.toRead('ITEM', 10)).toEqual([]);
    expect(await index.lendingDays('2026-11-01')).toEqual([{ day: '2026-11-20', lent: 2, returned: 0 }]);
    expect(await index.buildState()).toMatchObject({ eventSequence: '7' });
  });

  test('the last event comes again and again, and is counted once', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await apply(index, [lent('5', cardMark)], '5', '0');
    await apply(index, [lent('6')], '6', '5');
    for (let reading = 0; reading < 3; reading += 1) {
      await apply(index, [lent('6')], null, '6');
    }
    expect(await index.lendingDays('2026-11-01')).toMatchObject([{ lent: 2 }]);
    expect(await index.toRead('CARD', 10)).toEqual([card]);
  });

  test('is as new as the last event of a page, until the last page', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const { id } = await stateOf(index);
    const asOf = async () => (await index.progress()).asOf?.getTime() ?? 0;
    await apply(index, [], '0', '0');
    const begunAt = await asOf();
    const upTo = (sequence: string, at: Date | null) =>
      index.applyEvents(id, [lent(sequence)], { sequence, upTo: at }, '0');
    await upTo('1', new Date(begunAt - 3_600_000));
    expect(await asOf(), 'it never goes back').toBe(begunAt);
    await upTo('2', new Date(begunAt + 1));
    expect(await asOf()).toBeLessThanOrEqual(begunAt + 1);
    await setTimeout(5);
    await upTo('3', null);
    expect(await asOf()).toBeGreaterThan(begunAt + 1);
    await upTo('4', new Date(begunAt + 3_600_000));
    expect(await asOf(), 'a system whose clock is ahead').toBeLessThan(begunAt + 1_800_000);
  });

  test('is no newer than the oldest mark that lists depend on', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await apply(index, [], '0', '0');
    const { asOf: begunAt } = await index.progress();
    await setTimeout(5);
    await index.markToRead([{ kind: 'COPIES', key: 'B0000001' }, cardMark]);
    const reading = await index.startReading();
    const markedBefore = reading.at.getTime();
    await setTimeout(5);
    await apply(index, [], '1', '0');
    const { asOf } = await index.progress();
    expect(asOf?.getTime()).toBeGreaterThan(begunAt?.getTime() ?? 0);
    expect(asOf?.getTime()).toBeLessThanOrEqual(markedBefore);
    await index.wasRead([cardMark], reading);
    expect((await index.progress()).asOf?.getTime()).toBeGreaterThan(markedBefore);
  });

  test('sequences have up to 19 digits', async () => {
    await using subject = await open();
    const { index } = subject;
    const sequence = '9223372036854775807';
    await beginOpen(index);
    await apply(index, [lent(sequence)], sequence, '0');
    await apply(index, [lent(sequence)], sequence, '0');
    expect(await index.buildState()).toMatchObject({ eventSequence: sequence });
    expect(await index.lendingDays('2026-11-01')).toMatchObject([{ lent: 1 }]);
  });

  test('what was marked while it was being read is read again', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const start = await index.startReading();
    await index.markToRead([cardMark]);
    await index.saveCards([{ libraryCardNumber: card, start, loans: [], holds: [] }]);
    expect(await index.toRead('CARD', 10)).toEqual([card]);
    const after = await index.startReading();
    await index.saveCards([{ libraryCardNumber: card, start: after, loans: [], holds: [] }]);
    expect(await index.toRead('CARD', 10)).toEqual([]);
  });

  test('a mark stays if its reading is ignored because a later one was saved', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const early = await index.startReading();
    const late = await index.startReading();
    const ofLoans = { libraryCardNumber: card, start: late, loans: [], holds: null };
    await index.saveCards([ofLoans]);
    await index.setAside([cardMark], early);
    await subject.query(`update ${subject.table('to_read')} set due_at = 0, since = ${early.number - 1}`);
    await index.saveCards([{ libraryCardNumber: card, start: early, loans: [], holds: [] }]);
    expect(await index.toRead('CARD', 10)).toEqual([card]);
  });

  test('a record that is marked again and again is as old as its first mark, and then as its last reading', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await index.markToRead([cardMark]);
    await setTimeout(5);
    const reading = await index.startReading();
    const asOf = async () => (await index.progress()).asOf?.getTime() ?? 0;
    await index.markToRead([cardMark]);
    await apply(index, [], '1', '0');
    expect(await asOf()).toBeLessThan(reading.at.getTime());
    await index.wasRead([cardMark], reading);
    expect(await index.toRead('CARD', 10)).toEqual([card]);
    expect(await asOf()).toBe(reading.at.getTime());
  });

  test('a queue that a hold has come to or left is read again, but not for the crawl', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await crawled(index, card, { holds: true });
    expect(await index.toRead('TITLE', 10)).toEqual([]);
    expect(await index.toRead('COPIES', 10)).toEqual(['B0000001']);
    const start = await index.startReading();
    await index.saveCards([{ libraryCardNumber: card, start, loans: null, holds: [holdOf(1, card)] }]);
    expect(await index.toRead('TITLE', 10), 'nothing has moved').toEqual([]);
    await index.saveCards([{ libraryCardNumber: card, start, loans: null, holds: [] }]);
    expect(await index.toRead('TITLE', 10)).toEqual(['B0000001']);
  });

  test('the copies of a title are counted again when a hold leaves its queue: they may be for the next', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const start = await index.startReading();
    const counted = async () =>
      index.wasRead([{ kind: 'COPIES', key: 'B0000001' }], await index.startReading());
    await index.saveCards(
      [card, other].map((number, at) => ({
        libraryCardNumber: number,
        start,
        loans: null,
        holds: [holdOf(at + 1, number)],
      })),
    );
    await counted();
    await index.saveCards([{ libraryCardNumber: card, start, loans: null, holds: [] }]);
    expect(await index.toRead('COPIES', 10)).toEqual(['B0000001']);
    await counted();
    await crawled(index, other);
    expect(await index.toRead('COPIES', 10), 'by the crawl').toEqual(['B0000001']);
  });

  test('ready holds whose last day has passed are read again', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    const start = await index.startReading();
    const ready = (at: number, number: string, readyUntil: string | null) =>
      holdOf(at, number, { state: 'READY', readyUntil });
    await index.saveCards([
      { libraryCardNumber: card, start, loans: null, holds: [ready(1, card, '2026-11-19')] },
      {
        libraryCardNumber: other,
        start,
        loans: null,
        holds: [ready(2, other, '2026-11-20'), ready(3, other, null)],
      },
    ]);
    await index.markLapsed('2026-11-20');
    expect(await index.toRead('CARD', 10)).toEqual([card]);
  });

  test('days that are too old to be listed are removed', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await apply(
      index,
      [lent('1'), { ...lent('2'), counts: 'RETURNED' }, { ...lent('3'), counts: null }],
      '3',
      '0',
    );
    expect(await index.lendingDays('2026-11-20')).toEqual([{ day: '2026-11-20', lent: 1, returned: 1 }]);
    await index.removeExpired('2026-12-31');
    expect(await index.lendingDays('2026-01-01')).toEqual([]);
  });

  test('a new beginning removes everything', async () => {
    await using subject = await open();
    const { index } = subject;
    await beginOpen(index);
    await crawled(index, card, { holds: true });
    await index.finishPass(await stateOf(index));
    await index.clear();
    await index.begin();
    expect(await index.progress()).toMatchObject({ isWhole: false, patronsRead: 0 });
    expect(await index.branchCounts('2026-12-01')).toEqual([]);
    expect(await index.toRead('COPIES', 10)).toEqual([]);
  });

  test('is empty under another data key', async () => {
    await using subject = await open();
    await beginOpen(subject.index);
    await crawled(subject.index, card);
    expect(await (await subject.open()).buildState()).not.toBeNull();
    const replaced = await subject.open(new Uint8Array(32).fill(8));
    expect(await replaced.buildState()).toBeNull();
    expect(await replaced.branchCounts('2026-12-01')).toEqual([]);
  });

  test('two processes that write at the same time wait for each other', async () => {
    await using subject = await open();
    const processes = [subject.index, await subject.open()];
    await beginOpen(subject.index);
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const index = processes[at % 2] ?? subject.index;
        const number = cardOf(at);
        const start = await index.startReading();
        await index.saveCards([{ libraryCardNumber: number, start, loans: [loanOf(at, number)], holds: [] }]);
      }),
    );
    expect(await subject.index.branchCounts('2026-11-20')).toMatchObject([{ branch: 'HKCL', loansOut: 20 }]);
  });
}
