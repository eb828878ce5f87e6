import { expect, test } from 'vitest';
import type { Hold, Item } from '../../../../../adapters/circulation/port.ts';
import {
  type CopyToFetch,
  copiesToFetch,
  shelfKey,
} from '../../../../../subgraphs/circulation/rules/pull-list.ts';

const hold = (id: string, pickupBranch: string): Hold => ({
  id,
  libraryCardNumber: '21852000000033',
  titleNumber: 'B0000001',
  title: 'Walden',
  pickupBranch,
  state: 'QUEUED',
  queuePosition: 1,
  placedAt: '2026-11-15T10:15:00+08:00',
  readyUntil: null,
  reference: null,
});
const copy = (itemNumber: string, branch: string | null, callNumber: string | null = null): Item => ({
  itemNumber,
  titleNumber: 'B0000001',
  title: 'Walden',
  author: null,
  callNumber,
  branch,
  material: 'BOOK',
  state: 'AVAILABLE',
});
const idsOf = (chosen: readonly CopyToFetch[]) =>
  chosen.map(({ item, hold: { id } }) => `${item.itemNumber} for ${id}`).toSorted();

test('each hold gets one copy, and a copy at the branch of collection needs no transport', () => {
  const holds = [hold('H1', 'HKCL'), hold('H2', 'STCL')];
  const copies = [copy('1', 'STCL'), copy('2', 'NPPL')];
  expect(idsOf(copiesToFetch(holds, copies))).toEqual(['1 for H2', '2 for H1']);
});

test('one hold and copies at several branches are one copy to fetch, the same for every branch', () => {
  const copies = [copy('3', 'NPPL'), copy('1', 'STCL'), copy('2', 'TWCL')];
  expect(idsOf(copiesToFetch([hold('H1', 'HKCL')], copies))).toEqual(['1 for H1']);
  expect(idsOf(copiesToFetch([hold('H1', 'HKCL')], copies.toReversed()))).toEqual(['1 for H1']);
});

test('if there are fewer copies than holds, the first in the queue are served', () => {
  const holds = [hold('H1', 'HKCL'), hold('H2', 'STCL'), hold('H3', 'HKCL')];
  const copies = [copy('1', 'STCL'), copy('2', 'HKCL')];
  expect(idsOf(copiesToFetch(holds, copies))).toEqual(['1 for H2', '2 for H1']);
  expect(copiesToFetch(holds, [])).toEqual([]);
});

test('a copy whose branch is not known cannot be fetched', () => {
  expect(copiesToFetch([hold('H1', 'HKCL')], [copy('1', null)])).toEqual([]);
});

test('a list is in the order of the shelves, and a copy without a mark comes last', () => {
  const copies = [copy('1', 'HKCL'), copy('2', 'HKCL', '823 AUS'), copy('3', 'HKCL', '576.8 DAR')];
  const holds = copies.map((_, at) => hold(`H${at}`, 'HKCL'));
  const keys = copiesToFetch(holds, copies).map(shelfKey).toSorted();
  expect(keys.map((key) => key.split(' ').at(-1))).toEqual(['3', '2', '1']);
});
