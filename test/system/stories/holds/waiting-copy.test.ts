import { afterEach, beforeEach, expect, test } from 'vitest';
import { done, join, type Library, type Member, openLibrary, refusedWith } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
let member: Member;
beforeEach(async () => {
  library = await openLibrary();
  member = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
  await waitFor(member.libraryCard);
});
afterEach(() => library[Symbol.asyncDispose]());

const copy = '31852000000494';
const lend = (libraryCardNumber: string) =>
  library.change(
    'checkOut',
    { credential: library.system.presentedCard(libraryCardNumber), itemNumber: copy },
    library.station,
  );

/** The copy is returned by somebody else, and kept for the hold on that card. */
async function waitFor(libraryCardNumber: string): Promise<void> {
  expect(await lend('21852000000066')).toMatchObject(done);
  const reader = { patronId: library.system.store.cms.cards.get(libraryCardNumber)?.patronNo };
  const hold = { reader, libraryCardNumber, titleNumber: 'B0000001', pickupBranch: 'HKCL' };
  expect(await library.change('placeHold', hold, library.counter)).toMatchObject(done);
  const back = await library.change('checkIn', { itemNumber: copy }, library.station);
  expect(back).toMatchObject({ ...done, item: { state: 'ON_HOLD_SHELF' } });
}

test('R25: a copy on the hold shelf is lent on the card of its hold, whichever card is shown', async () => {
  expect(await lend(member.smartId)).toMatchObject({
    ...done,
    loan: { credential: { libraryCardNumber: member.libraryCard } },
  });
});

test('R25: it is not lent while that card is lost, and stays on the shelf', async () => {
  await library.change('reportLoss', { libraryCardNumber: member.libraryCard }, library.counter);
  expect(await lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
});

test('R17: nor is it lent while that card is being reported lost and no system knows yet', async () => {
  const { cms, circ } = library.system.legacy;
  cms.faults.set([{ kind: 'busy', operations: ['ReportLoss'] }]);
  circ.faults.set([{ kind: 'busy', operations: ['BlockCard'] }]);
  const report = { libraryCardNumber: member.libraryCard };
  expect(await library.change('reportLoss', report, library.counter)).toMatchObject({
    operation: { state: 'UNSETTLED' },
  });
  expect(await lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
});
