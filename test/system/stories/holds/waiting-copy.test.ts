import { beforeEach, expect, test } from 'vitest';
import { libraryForEachTest } from '../library.ts';
import { done, type Member, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForEachTest();
let member: Member;
beforeEach(async () => {
  member = await library.joinWithBothCards(newApplicant());
  await library.keepForHold(member.libraryCard);
});

test('R25: a copy on the hold shelf is lent on the card of its hold, whichever card is shown', async () => {
  expect(await library.lend(member.smartId)).toMatchObject({
    ...done,
    loan: { credential: { libraryCardNumber: member.libraryCard } },
  });
});

test('R25: the copy is not lent while that card is reported lost', async () => {
  await library.change('reportLoss', { libraryCardNumber: member.libraryCard });
  expect(await library.lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
});

test('R17: the copy is not lent while the loss of that card is being reported and no system knows it yet', async () => {
  const { cms, circ } = library.system.legacy;
  cms.faults.set([{ kind: 'busy', operations: ['ReportLoss'] }]);
  circ.faults.set([{ kind: 'busy', operations: ['BlockCard'] }]);
  const report = { libraryCardNumber: member.libraryCard };
  expect(await library.change('reportLoss', report)).toMatchObject({
    operation: { state: 'UNSETTLED' },
  });
  expect(await library.lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
});
