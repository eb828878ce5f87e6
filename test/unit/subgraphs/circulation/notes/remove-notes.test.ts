import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  type NoteRemoval,
  removeNotesOfGoneRows,
} from '../../../../../subgraphs/circulation/notes/remove-notes.ts';
import { type LendingFixture, openLendingFixture } from '../../../../support/lending-fixture.ts';

const onCard = { libraryCardNumber: '21852000000033' };
const [loan, returned, hold, debt] = ['L0000001', 'L0000002', 'H0000001', 'P0000001'];

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
  for (const row of [loan, returned, hold, debt]) {
    const note = { row, patronId: 'P0000001', colleague: 'chan', isCalled: true, text: null };
    await world.rowNotes.keepRowNote(note);
  }
});
afterEach(() => world[Symbol.asyncDispose]());

const servicesWith = ({ isWhole = true, isOwingBuilt = true } = {}): NoteRemoval => ({
  ...world,
  index: {
    loan: async (id) => (id === loan ? onCard : null),
    hold: async () => null,
    progress: async () => ({ isWhole }),
  },
  owing: {
    sumOwed: async () => ({ cents: 0, isPartial: false }),
    owingState: async () => ({ ageMs: isOwingBuilt ? 0 : null, oldestAt: null, last: null }),
  },
  log: { warn: () => undefined, error: () => undefined },
});
const noted = async () => (await world.rowNotes.notedRows(null, 10)).map(({ row }) => row).toSorted();

test('notes are removed when their loan is returned, their copy collected, and their debt paid', async () => {
  expect(await removeNotesOfGoneRows(servicesWith(), null)).toBeNull();
  expect(await noted()).toEqual([loan]);
});

test('nothing is removed while the index may lack its row', async () => {
  await removeNotesOfGoneRows(servicesWith({ isWhole: false }), null);
  expect(await noted()).toHaveLength(4);
  await removeNotesOfGoneRows(servicesWith({ isOwingBuilt: false }), null);
  expect(await noted()).toEqual([loan, debt].toSorted());
});

test('every row is looked at, a hundred in a round', async () => {
  const rows = Array.from({ length: 120 }, (_, at) => `L9${String(at).padStart(6, '0')}`);
  for (const row of rows) {
    const note = { row, patronId: 'P0000002', colleague: 'chan', isCalled: true, text: null };
    await world.rowNotes.keepRowNote(note);
  }
  const after = await removeNotesOfGoneRows(servicesWith(), null);
  expect(after).not.toBeNull();
  expect(await removeNotesOfGoneRows(servicesWith(), after)).toBeNull();
  expect(await noted()).toEqual([loan]);
});
