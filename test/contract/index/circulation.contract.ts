import { expect, test } from 'vitest';
import type {
  CardReading,
  HoldQuery,
  IndexDatabase,
  IndexedHold,
  IndexedLoan,
  LoanQuery,
} from '../../../store/index/port.ts';
import { randomFrom } from '../../support/random.ts';
import { cardOf, holdOf, type IndexOpening, loanOf } from './index-under-test.ts';

const [card, other] = [cardOf(1), cardOf(2)];

type Read = Pick<CardReading, 'libraryCardNumber'> & Partial<CardReading>;

/** Saves a reading of each card, as if the card had been read now. */
async function save(index: IndexDatabase, ...readings: readonly Read[]): Promise<void> {
  const unread = { start: await index.startReading(), loans: null, holds: null };
  await index.saveCards(readings.map((reading) => ({ ...unread, ...reading })));
}

const soonest: LoanQuery = {
  branch: null,
  dueFrom: null,
  dueBefore: null,
  order: 'SOONEST_DUE_FIRST',
  after: null,
  maxItems: 500,
};
const allReady: HoldQuery = {
  pickupBranch: null,
  shelf: 'READY',
  readyUntilBefore: null,
  after: null,
  maxItems: 10,
};
const loanIds = (loans: readonly IndexedLoan[]) => loans.map(({ id }) => id);
const positionOf = ({ dueOn, id }: IndexedLoan) => ({ key: dueOn, id });

export function circulationIndexContract(open: IndexOpening): void {
  test('lists loans by due day in either order, page after page', async () => {
    await using subject = await open();
    const days = ['2026-11-22', '2026-11-20', '2026-11-21', '2026-11-20'];
    const loans = days.map((dueOn, at) => loanOf(at + 1, card, { dueOn }));
    await save(subject.index, { libraryCardNumber: card, loans });
    const sorted = await subject.index.loans(soonest);
    expect(loanIds(sorted)).toEqual(['L00000002', 'L00000004', 'L00000003', 'L00000001']);
    expect(sorted[0]).toEqual(loans[1]);
    const latest = await subject.index.loans({ ...soonest, order: 'LATEST_DUE_FIRST' });
    expect(latest).toEqual(sorted.toReversed());
    for (const [order, list] of [
      ['SOONEST_DUE_FIRST', sorted],
      ['LATEST_DUE_FIRST', latest],
    ] as const) {
      const [first, second] = list;
      const page = await subject.index.loans({
        ...soonest,
        order,
        maxItems: 2,
        after: second === undefined ? null : positionOf(second),
      });
      expect([first, second, ...page]).toEqual(list);
    }
  });

  test('lists loans of a branch, from a day, and before one', async () => {
    await using subject = await open();
    const loans = [
      loanOf(1, card, { dueOn: '2026-11-20' }),
      loanOf(2, card, { dueOn: '2026-11-21', branch: 'STCL' }),
      loanOf(3, card, { dueOn: '2026-11-21' }),
      loanOf(4, card, { dueOn: '2026-11-22' }),
    ];
    await save(subject.index, { libraryCardNumber: card, loans });
    const found = await subject.index.loans({
      ...soonest,
      branch: 'HKCL',
      dueFrom: '2026-11-21',
      dueBefore: '2026-11-22',
    });
    expect(loanIds(found)).toEqual(['L00000003']);
    const { countLoans } = subject.index;
    expect(await countLoans({ branch: 'HKCL', dueFrom: '2026-11-21', dueBefore: '2026-11-22' })).toBe(1);
    expect(await countLoans({ branch: 'HKCL', dueFrom: null, dueBefore: null })).toBe(3);
    expect(await countLoans({ branch: null, dueFrom: '2026-11-21', dueBefore: null })).toBe(3);
    expect(await subject.index.loan('L00000003')).toEqual(loans[2]);
    expect(await subject.index.loan('L00000009')).toBeNull();
    expect(await subject.index.loansOfItems([loans[3]?.itemNumber ?? '', '31852000009999'])).toEqual([
      loans[3],
      null,
    ]);
  });

  test('a row goes as soon as a reading no longer shows it', async () => {
    await using subject = await open();
    const { index } = subject;
    await save(index, { libraryCardNumber: card, loans: [loanOf(1, card)], holds: [holdOf(1, card)] });
    await save(index, { libraryCardNumber: card, loans: [] });
    expect(await index.loans(soonest)).toEqual([]);
    expect(await index.holdsOfTitle('B0000001', 10), 'holds were not read').toHaveLength(1);
    await save(index, { libraryCardNumber: card, holds: [] });
    expect(await index.holdsOfTitle('B0000001', 10)).toEqual([]);
  });

  test('an older reading that comes later changes nothing', async () => {
    await using subject = await open();
    const { index } = subject;
    const start = await index.startReading();
    await save(index, { libraryCardNumber: card, loans: [], holds: [] });
    const older = { loans: [loanOf(1, card)], holds: [holdOf(1, card)] };
    await index.saveCards([{ libraryCardNumber: card, start, ...older }]);
    expect(await index.loans(soonest)).toEqual([]);
    expect(await index.holdsOfTitle('B0000001', 10)).toEqual([]);
  });

  test('lists ready holds by their last day, and those without one last', async () => {
    await using subject = await open();
    const { index } = subject;
    const ready = (at: number, readyUntil: string | null, pickupBranch = 'HKCL') =>
      holdOf(at, card, { state: 'READY', readyUntil, pickupBranch });
    const holds = [
      ready(1, null),
      ready(2, '2026-11-22'),
      ready(3, '2026-11-21'),
      ready(4, '2026-11-21', 'STCL'),
    ];
    await save(index, { libraryCardNumber: card, holds: [...holds, holdOf(5, card)] });
    const ids = (found: readonly IndexedHold[]) => found.map(({ id }) => id);
    expect(ids(await index.holds(allReady))).toEqual(['H0000003', 'H0000004', 'H0000002', 'H0000001']);
    expect(
      ids(await index.holds({ ...allReady, pickupBranch: 'HKCL', readyUntilBefore: '2026-11-22' })),
    ).toEqual(['H0000003']);
    expect(await index.hold('H0000002')).toEqual(holds[1]);
    expect(await index.hold('H0000009')).toBeNull();
    const atBranch = { ...allReady, pickupBranch: 'HKCL' };
    expect(await index.countHolds(atBranch)).toBe(3);
    expect(await index.countHolds({ ...atBranch, readyUntilBefore: '2026-11-22' })).toBe(1);
    expect(await index.countHolds({ ...atBranch, shelf: 'TO_FETCH' })).toBe(0);
    const after = { key: '2026-11-21', id: 'H0000004' };
    const page = await index.holds({ ...allReady, after });
    expect(page).toEqual([holds[1], holds[0]]);
    const backwards = 'LEAST_URGENT_FIRST';
    expect(ids(await index.holds(allReady, backwards))).toEqual([
      'H0000001',
      'H0000002',
      'H0000004',
      'H0000003',
    ]);
    expect(ids(await index.holds({ ...atBranch, after }, backwards))).toEqual(['H0000003']);
  });

  test('as many of a queue are to be fetched as copies stand on the shelves', async () => {
    await using subject = await open();
    const { index } = subject;
    const toFetch = async () => (await index.holds({ ...allReady, shelf: 'TO_FETCH' })).map(({ id }) => id);
    await save(index, { libraryCardNumber: card, holds: [holdOf(2, card)] });
    await save(index, { libraryCardNumber: other, holds: [holdOf(1, other)] });
    await index.saveCopies('B0000001', 1);
    expect(await toFetch()).toEqual(['H0000001']);
    await index.saveCopies('B0000001', 5);
    expect(await toFetch()).toEqual(['H0000001', 'H0000002']);
    const backwards = await index.holds({ ...allReady, shelf: 'TO_FETCH' }, 'LEAST_URGENT_FIRST');
    expect(backwards.map(({ id }) => id)).toEqual(['H0000002', 'H0000001']);
    await save(index, { libraryCardNumber: other, holds: [holdOf(1, other, { state: 'READY' })] });
    expect(await toFetch()).toEqual(['H0000002']);
    await index.saveCopies('B0000001', 0);
    expect(await toFetch()).toEqual([]);
  });

  test('a queue is in the order in which its holds were placed', async () => {
    await using subject = await open();
    const { index } = subject;
    await save(
      index,
      { libraryCardNumber: card, holds: [holdOf(3, card), holdOf(4, card, { state: 'READY' })] },
      { libraryCardNumber: other, holds: [holdOf(2, other)] },
    );
    expect(await index.queueLengths(['B0000001', 'B0000002'])).toEqual([2, 0]);
    expect((await index.holdsOfTitle('B0000001', 2)).map(({ id }) => id)).toEqual(['H0000002', 'H0000003']);
    expect(await index.queueHead('B0000001', 5)).toEqual({ title: '紅樓夢 1', cards: [other, card] });
    expect(await index.queueHead('B0000002', 5)).toBeNull();
  });

  test('counts what there is, whatever was saved in between', async () => {
    await using subject = await open();
    const { index } = subject;
    const random = randomFrom(27);
    const pick = <T>(...values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
    const shelf = new Map<string, { loans: IndexedLoan[]; holds: IndexedHold[] }>();
    for (let round = 0; round < 40; round += 1) {
      const at = Math.floor(random() * 5);
      const number = cardOf(at);
      const loans = Array.from({ length: Math.floor(random() * 4) }, (_, loan) =>
        loanOf(at * 10 + loan, number, {
          branch: pick('HKCL', 'STCL'),
          dueOn: pick('2026-11-19', '2026-11-20'),
        }),
      );
      const holds = Array.from({ length: Math.floor(random() * 3) }, (_, hold) =>
        holdOf(at * 10 + hold, number, {
          pickupBranch: pick('HKCL', 'STCL'),
          state: pick('QUEUED', 'READY'),
        }),
      );
      shelf.set(number, { loans, holds });
      await save(index, { libraryCardNumber: number, loans, holds });
    }
    const all = [...shelf.values()];
    const count = <Row>(rows: readonly Row[], which: (row: Row) => boolean) => rows.filter(which).length;
    const expected = ['HKCL', 'STCL'].map((branch) => {
      const loans = all.flatMap((one) => one.loans).filter((loan) => loan.branch === branch);
      const holds = all.flatMap((one) => one.holds).filter(({ pickupBranch }) => pickupBranch === branch);
      return {
        branch,
        loansOut: loans.length,
        overdue: count(loans, ({ dueOn }) => dueOn < '2026-11-20'),
        holdsReady: count(holds, ({ state }) => state === 'READY'),
        holdsQueued: count(holds, ({ state }) => state === 'QUEUED'),
      };
    });
    expect(await index.branchCounts('2026-11-20')).toEqual(expected);
  });

  test('more than 500 rows at once are refused', async () => {
    await using subject = await open();
    await expect(subject.index.loans({ ...soonest, maxItems: 501 })).rejects.toThrow(RangeError);
  });
}
