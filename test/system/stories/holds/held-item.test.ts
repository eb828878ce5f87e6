import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { done, join, type Library, loansOut, type Member, openLibrary, refusedWith } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
let member: Member;
beforeEach(async () => {
  library = await openLibrary();
  member = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
});
afterEach(() => library[Symbol.asyncDispose]());

const never = new AbortController().signal;
const [copy, other] = ['31852000000494', '31852000000502'] as const;
const titleNumber = 'B0000001';
const lend = (libraryCardNumber: string, token = library.station) =>
  library.change(
    'checkOut',
    { credential: library.system.presentedCard(libraryCardNumber), itemNumber: copy },
    token,
  );
const lendAtDesk = (libraryCardNumber: string) =>
  library.behind.circulation.checkOut(libraryCardNumber, other, 'desk', never);

/** The copy is returned by somebody else, and kept for the hold on that card; resolves to the hold's id. */
async function waitFor(libraryCardNumber: string): Promise<string> {
  expect(await lend('21852000000066')).toMatchObject(done);
  const { patronId } = member;
  const input = { reader: { patronId }, libraryCardNumber, titleNumber, pickupBranch: 'HKCL' };
  const placed = await library.change('placeHold', input, library.counter);
  expect(placed).toMatchObject(done);
  const back = await library.change('checkIn', { itemNumber: copy }, library.station);
  expect(back).toMatchObject({ ...done, item: { state: 'ON_HOLD_SHELF' } });
  return placed.hold?.id ?? '';
}

/** The library card is lost and replaced; resolves to the new number. */
async function replaceLibraryCard(): Promise<string> {
  const card = { libraryCardNumber: member.libraryCard };
  expect(await library.change('reportLoss', card, library.counter)).toMatchObject(done);
  const replaced = await library.change('replaceCredential', card, library.counter);
  expect(replaced).toMatchObject(done);
  return replaced.credential?.libraryCardNumber ?? '';
}

const lendHeld = (holdId: string, others: object = {}) =>
  library.change(
    'lendHeldItem',
    { reader: { patronId: member.patronId }, holdId, itemNumber: copy, ...others },
    library.counter,
  );

/** The payload of the check-out for staff, with the hold that prevents it. */
async function lendWithHold(libraryCardNumber: string) {
  const { checkOut } = await library.read<{ checkOut: unknown }>(
    `mutation ($input: CheckOutInput!) { checkOut(input: $input) {
      operation { state } problems { code } hold { id state credential { libraryCardNumber patron { id } } }
    } }`,
    {
      input: {
        reference: randomUUID(),
        credential: library.system.presentedCard(libraryCardNumber),
        itemNumber: copy,
      },
    },
  );
  return checkOut;
}

test('R25: a copy kept for a hold on a replaced card is reported with that hold, and staff lend it on the old number', async () => {
  const holdId = await waitFor(member.libraryCard);
  const newNumber = await replaceLibraryCard();
  for (const card of [newNumber, member.smartId]) {
    expect(await lend(card)).toMatchObject(refusedWith('HOLD_ON_CLOSED_CARD'));
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
  expect(await loansOut(library, member.patronId)).toBe(1);
  // The card is blocked again.
  expect(await lendAtDesk(member.libraryCard)).toEqual({ refused: 'CARD_BLOCKED' });
});

test('R22, R25: so is a copy for a card that was surrendered or discontinued', async () => {
  const holdId = await waitFor(member.smartId);
  const card = { libraryCardNumber: member.smartId };
  expect(await library.change('discontinueSmartId', card, library.counter)).toMatchObject(done);
  expect(await lend(member.libraryCard)).toMatchObject(refusedWith('HOLD_ON_CLOSED_CARD'));
  expect(await lendHeld(holdId)).toMatchObject(done);
  expect(await lendAtDesk(member.smartId)).toEqual({ refused: 'CARD_BLOCKED' });
});

test('R17, R25: it is not lent while the card is reported lost', async () => {
  const holdId = await waitFor(member.libraryCard);
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('CARD_IN_USE'));
  await library.change('reportLoss', { libraryCardNumber: member.libraryCard }, library.counter);
  expect(await lend(member.smartId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('HOLD_ON_LOST_CARD'));
  expect([...library.system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
});

test('R25: only the kept copy is lent, for a ready hold of the patron', async () => {
  const holdId = await waitFor(member.libraryCard);
  const queued = await library.change(
    'placeHold',
    { reader: { patronId: member.patronId }, titleNumber: 'B0000010', pickupBranch: 'HKCL' },
    library.counter,
  );
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard }, library.counter);
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId, { itemNumber: other })).toMatchObject(refusedWith('ITEM_NOT_HELD'));
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

test('R9: at the limit it is refused, and no card is unblocked', async () => {
  const holdId = await waitFor(member.libraryCard);
  const shelf = ['510', '528', '536', '544', '551', '585', '593', '601', '619', '627'];
  for (const digits of shelf) {
    const input = {
      credential: library.system.presentedCard(member.smartId),
      itemNumber: `31852000000${digits}`,
    };
    expect(await library.change('checkOut', input, library.station)).toMatchObject(done);
  }
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard }, library.counter);
  library.system.legacy.circ.resetCalls();
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('QUOTA_REACHED'));
  expect([...library.system.legacy.circ.calls.keys()]).not.toContain('UnblockCard');
});

test.each(['UnblockCard', 'CheckOut'])(
  'is given up where circulation makes no %s, and the card stays blocked',
  async (call) => {
    const holdId = await waitFor(member.libraryCard);
    await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard }, library.counter);
    library.system.legacy.circ.faults.set([{ kind: 'busy', operations: [call] }]);
    const reference = randomUUID();
    const stands = () => lendHeld(holdId, { reference });
    await expect
      .poll(stands, { timeout: 15_000, interval: 250 })
      .toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    library.system.legacy.circ.faults.clear();
    expect(await lendAtDesk(member.libraryCard)).toEqual({ refused: 'CARD_BLOCKED' });
    expect(await lendHeld(holdId)).toMatchObject(done);
  },
);

test('is unsettled until the card is blocked again', async () => {
  const holdId = await waitFor(member.libraryCard);
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard }, library.counter);
  library.system.legacy.circ.faults.set([{ kind: 'busy', operations: ['BlockCard'] }]);
  const reference = randomUUID();
  expect(await lendHeld(holdId, { reference })).toMatchObject({ operation: { state: 'UNSETTLED' } });
  expect(await lendHeld(holdId)).toMatchObject(refusedWith('HOLD_NOT_FOUND'));
  library.system.legacy.circ.faults.clear();
  await library.untilDone(reference, library.counter);
  expect(await lendAtDesk(member.libraryCard)).toEqual({ refused: 'CARD_BLOCKED' });
});

test('R20: one operation at a time for the card', async () => {
  const holdId = await waitFor(member.libraryCard);
  await library.change('surrenderLibraryCard', { libraryCardNumber: member.libraryCard }, library.counter);
  const answers = await Promise.all([lendHeld(holdId), lendHeld(holdId), lendHeld(holdId)]);
  expect(answers.filter(({ operation }) => operation.state === 'DONE')).toHaveLength(1);
  expect(await loansOut(library, member.patronId)).toBe(1);
});
