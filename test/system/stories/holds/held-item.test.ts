import { randomUUID } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { mutationOf } from '../../../support/mutation.ts';
import { eventually } from '../callers.ts';
import { blocked, copy, libraryForEachTest, otherCopy } from '../library.ts';
import { done, type Member, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForEachTest();
let member: Member;
beforeEach(async () => {
  member = await library.joinWithBothCards(newApplicant());
});

const lendHeld = (holdId: string, others: object = {}) =>
  library.change('lendHeldItem', {
    reader: { patronId: member.patronId },
    holdId,
    itemNumber: copy,
    ...others,
  });

/** The payload of a check-out by staff. It includes the hold that prevents the check-out. */
async function lendWithHold(libraryCardNumber: string) {
  const credential = library.system.presentedCard(libraryCardNumber);
  const input = { reference: randomUUID(), credential, itemNumber: copy };
  const selection =
    'operation { state } problems { code } hold { id state credential { libraryCardNumber patron { id } } }';
  return (await library.read<{ checkOut: unknown }>(mutationOf('checkOut', selection), { input })).checkOut;
}

test('R25: a copy kept for a hold on a replaced card is reported with that hold, and staff lend it on the old number', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  const newNumber = await library.replaceLibraryCard(member);
  for (const card of [newNumber, member.smartId]) {
    expect(await library.lend(card)).toMatchObject(refusedWith('HOLD_ON_CLOSED_CARD'));
  }
  expect(await lendWithHold(newNumber)).toEqual({
    operation: { state: 'REFUSED' },
    problems: [{ code: 'HOLD_ON_CLOSED_CARD' }],
    hold: {
      id: holdId,
      state: 'READY',
      credential: { libraryCardNumber: member.libraryCard, patron: { id: member.patronId } },
    },
  });
  expect(await lendHeld(holdId)).toMatchObject({
    ...done,
    loan: { credential: { libraryCardNumber: member.libraryCard } },
  });
  expect(await library.loansOut(member.patronId)).toBe(1);
  // After the check-out the card is blocked again.
  expect(await library.lendAtDesk(member.libraryCard, otherCopy)).toEqual(blocked);
});

test('R22, R25: a copy kept for a hold on a discontinued card is reported and lent likewise', async () => {
  const holdId = await library.keepForHold(member.smartId);
  const card = { libraryCardNumber: member.smartId };
  expect(await library.change('discontinueSmartId', card)).toMatchObject(done);
  expect(await library.lend(member.libraryCard)).toMatchObject(refusedWith('HOLD_ON_CLOSED_CARD'));
  expect(await lendHeld(holdId)).toMatchObject(done);
  expect(await library.lendAtDesk(member.smartId, otherCopy)).toEqual(blocked);
});

test('R17, R25: a kept copy is not lent while the card of its hold is in use or reported lost', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('CARD_IN_USE'));
  await library.change('reportLoss', { libraryCardNumber: member.libraryCard });
  expect(await library.lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
  expect([...library.system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
});

test('R25: only the copy that is kept is lent, and only for a ready hold of the patron', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  const queued = await library.change('placeHold', {
    reader: { patronId: member.patronId },
    titleNumber: 'B0000010',
    pickupBranch: 'HKCL',
  });
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard });
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId, { itemNumber: otherCopy })).toMatchObject(refusedWith('ITEM_NOT_HELD'));
  expect(await lendHeld(holdId, { itemNumber: '31852000000495' })).toMatchObject(
    refusedWith('ITEM_NOT_FOUND'),
  );
  expect(await lendHeld(queued.hold?.id ?? '')).toMatchObject(refusedWith('HOLD_NOT_READY'));
  expect(await lendHeld('H9999999')).toMatchObject(refusedWith('HOLD_NOT_FOUND'));
  expect(await lendHeld(holdId, { reader: { patronId: 'P0000004' } })).toMatchObject(
    refusedWith('HOLD_NOT_FOUND'),
  );
  expect([...library.system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
});

test('R9: at the limit a kept copy is refused, and no card is unblocked', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  const shelf = ['510', '528', '536', '544', '551', '585', '593', '601', '619', '627'];
  for (const digits of shelf) {
    expect(await library.lend(member.smartId, `31852000000${digits}`)).toMatchObject(done);
  }
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard });
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('QUOTA_REACHED'));
  expect([...library.system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
});

test.each(['UnblockCard', 'CheckOut'])(
  'the operation is given up where circulation refuses %s, and the card stays blocked',
  async (call) => {
    const holdId = await library.keepForHold(member.libraryCard);
    await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard });
    library.system.legacy.circ.faults.set([{ kind: 'busy', operations: [call] }]);
    const reference = randomUUID();
    await eventually(() => lendHeld(holdId, { reference })).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    library.system.legacy.circ.faults.clear();
    expect(await library.lendAtDesk(member.libraryCard, otherCopy)).toEqual(blocked);
    expect(await lendHeld(holdId)).toMatchObject(done);
  },
);

test('the operation is unsettled until the card is blocked again', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard });
  library.system.legacy.circ.faults.set([{ kind: 'busy', operations: ['BlockCard'] }]);
  const reference = randomUUID();
  expect(await lendHeld(holdId, { reference })).toMatchObject({ operation: { state: 'UNSETTLED' } });
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('HOLD_NOT_FOUND'));
  library.system.legacy.circ.faults.clear();
  await library.untilDone(reference);
  expect(await library.lendAtDesk(member.libraryCard, otherCopy)).toEqual(blocked);
});

test('R20: one operation at a time for the card', async () => {
  const holdId = await library.keepForHold(member.libraryCard);
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard });
  const answers = await Promise.all([lendHeld(holdId), lendHeld(holdId), lendHeld(holdId)]);
  expect(answers.filter(({ operation }) => operation.state === 'DONE')).toHaveLength(1);
  expect(await library.loansOut(member.patronId)).toBe(1);
});
