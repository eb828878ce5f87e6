import { expect, test } from 'vitest';
import type { Hold, HoldState, Item, ItemState } from '../../../../../adapters/circulation/port.ts';
import {
  copyOfReadyHold,
  holdOfReturnedCopy,
  holdsToRead,
} from '../../../../../subgraphs/circulation/rules/ready-hold.ts';

const holdOf = (state: HoldState, index: number): Hold => ({
  id: `H${index + 1}`,
  libraryCardNumber: '21852000000033',
  titleNumber: 'B0000008',
  title: 'Moby-Dick',
  pickupBranch: 'STCL',
  state,
  queuePosition: null,
  placedAt: '2026-11-20T12:00:00+08:00',
  readyUntil: null,
  reference: null,
});
const copyOf = (state: ItemState): Item => ({
  itemNumber: '31852000000080',
  titleNumber: 'B0000008',
  title: 'Moby-Dick',
  author: null,
  callNumber: null,
  branch: 'HKCL',
  material: 'BOOK',
  state,
});
const all = (state: HoldState): HoldState[] => Array(holdsToRead).fill(state);

/** `H1` to `Hn` are the title's holds, the oldest first. */
test.each<[string, readonly HoldState[], readonly string[], string | null]>([
  ['the only ready hold is meant', ['READY'], [], 'H1'],
  ['the hold that became ready is meant, beside one that was ready before', ['READY', 'READY'], ['H1'], 'H2'],
  ['of two holds that became ready, either may be meant', ['READY', 'READY', 'QUEUED'], [], null],
  ['nobody waits whom the index knows', [], [], null],
  ['no hold has become ready', ['READY', 'QUEUED'], ['H1'], null],
  ['a long queue moves in order', ['READY', ...all('QUEUED').slice(1)], [], 'H1'],
  ['behind ten ready holds there may be another', all('READY'), ['H2'], null],
  [
    'behind ten holds without a queued one there may be another',
    ['CANCELLED', 'READY', ...all('READY').slice(2)],
    ['H3', 'H4', 'H5', 'H6', 'H7', 'H8', 'H9', 'H10'],
    null,
  ],
])('%s', (_what, states, readyBefore, expected) => {
  const current = states.map(holdOf).filter(({ state }) => state === 'QUEUED' || state === 'READY');
  const indexed = states.map((_state, index) => `H${index + 1}`);
  const found = holdOfReturnedCopy({ indexed, current }, (id) => readyBefore.includes(id));
  expect(found?.id ?? null).toBe(expected);
});

test('a copy of a ready hold is meant only if no other copy of the title waits', () => {
  const waiting = copyOf('ON_HOLD_SHELF');
  expect(copyOfReadyHold([copyOf('AVAILABLE'), waiting, copyOf('ON_LOAN')])).toBe(waiting);
  expect(copyOfReadyHold([waiting, copyOf('ON_HOLD_SHELF')])).toBeNull();
  expect(copyOfReadyHold([copyOf('AVAILABLE')])).toBeNull();
});
