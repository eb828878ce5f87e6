import { expect, test } from 'vitest';
import type { BuildState, IndexDatabase, IndexedEvent } from '../../../store/index/port.ts';
import { stateOf } from '../../support/index/open-lists.ts';
import { cardOf, type IndexOpening, loanOf } from './index-under-test.ts';

const card = cardOf(1);
const event: IndexedEvent = {
  sequence: '900',
  day: '2026-11-20',
  counts: 'LENT',
  toRead: [{ kind: 'CARD', key: card }],
  opens: null,
};

/**
 * The ways in which a builder saves its results. The builder may have waited for a legacy system since it read `state`.
 */
const saves: readonly [string, (index: IndexDatabase, state: BuildState) => Promise<boolean>][] = [
  [
    'a page of the crawl',
    async (index, state) => {
      const start = await index.startReading();
      const reading = { libraryCardNumber: card, start, loans: [loanOf(1, card)], holds: [] };
      const position = { ...state.crawl, afterPatron: 'P0090100', patronsRead: 90_100, patronsTotal: 90_100 };
      return await index.saveCrawled(state, [reading], position);
    },
  ],
  ['the end of a pass', (index, state) => index.finishPass(state)],
  ['the list of open loans', (index, state) => index.listOpenLoans(state)],
];
const page: (typeof saves)[number] = [
  'a page of events',
  (index, state) => index.applyEvents(state.id, [event], { sequence: '900', upTo: null }, '900'),
];

/**
 * The contract of `IndexBuild` for a builder that is too late: another builder has begun a new index, or has continued
 * the same index.
 */
export function earlierBuildContract(open: IndexOpening): void {
  test.each([...saves, page])('of an earlier build, %s is not taken', async (_what, save) => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    const earlier = await stateOf(index);
    await index.clear();
    expect(await save(index, earlier), 'while it is empty').toBe(false);
    await index.begin();
    const current = await stateOf(index);
    expect(await save(index, earlier)).toBe(false);
    expect(await stateOf(index)).toEqual(current);
    expect(await index.progress()).toMatchObject({ isWhole: false, areDaysCounted: false, patronsRead: 0 });
    expect(await index.branchCounts('2026-12-01')).toEqual([]);
    expect(await index.lendingDays('2026-01-01')).toEqual([]);
    expect(await index.toRead('CARD', 10)).toEqual([]);
    expect(await save(index, current)).toBe(true);
  });

  test.each(saves)('%s is taken once from one position', async (_what, save) => {
    await using subject = await open();
    const { index } = subject;
    await index.begin();
    const state = await stateOf(index);
    expect(await save(index, state)).toBe(true);
    const saved = await stateOf(index);
    const days = await index.lendingDays('2026-01-01');
    expect(await save(index, state)).toBe(false);
    expect(await stateOf(index)).toEqual(saved);
    expect(await index.lendingDays('2026-01-01')).toEqual(days);
  });

  test('an index that is begun is not begun again by whoever saw it empty', async () => {
    await using subject = await open();
    const { index } = subject;
    expect(await index.begin()).toBe(true);
    const state = await stateOf(index);
    expect(await index.begin()).toBe(false);
    expect(await stateOf(index)).toEqual(state);
  });
}
