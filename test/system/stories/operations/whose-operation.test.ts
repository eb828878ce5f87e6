/** Staff find every operation by its patron, whether it is done, refused or unsettled. */
import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Operation } from '../../../../store/journal/port.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openJournalOf } from '../../journal-of.ts';
import { copy, formOf, libraryForTests } from '../library.ts';
import { type ChangeName, changeNames, done, type Member, refusedWith } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForTests({ showsWholeGraph: true });
const journal = openedForTests(() => openJournalOf(library.system));

/** The operation with this reference. Fails the test unless there is exactly one. */
async function operationOf(reference: string): Promise<Operation> {
  const [operation, ...others] = await journal.findByReference(reference, 10);
  return others.length === 0 && operation !== undefined
    ? operation
    : expect.fail(`the operations under ${reference} are ${others.length + 1}`);
}

/**
 * The patron of the operation with this reference. Checks that staff find the operation by this patron. Null if the
 * operation belongs to no patron.
 */
async function foundBy(reference: string): Promise<string | null> {
  const { id, patronId } = await operationOf(reference);
  if (patronId !== null) {
    const found = await journal.operationsOfPatron(patronId, null, 100);
    expect(found.map((operation) => operation.id)).toContain(id);
  }
  return patronId;
}

/** Sends the mutation with a new reference. Resolves to the reference. */
async function sent(name: ChangeName, input: object, token = library.counter): Promise<string> {
  const reference = randomUUID();
  await library.change(name, { reference, ...input }, token);
  return reference;
}

const pin = '1352';

/**
 * Inputs that send each mutation once for the member, at the counter. Some are refused; a refused operation belongs to
 * the patron too.
 */
const asked = ({ patronId, libraryCard, smartId }: Member): Readonly<Record<ChangeName, object>> => ({
  setPin: { libraryCardNumber: libraryCard, newPin: pin },
  createPinCode: { libraryCardNumber: libraryCard },
  printInformationCard: { libraryCardNumber: smartId },
  amendContact: { reader: { patronId }, version: 'none', telephone: '21110000' },
  amendPatron: { patronId, version: 'none', chineseName: '文員' },
  erasePatron: { patronId },
  mergePatrons: { leavingPatronId: patronId, stayingPatronId: patronId },
  submitApplication: formOf(newApplicant(), ['LIBRARY_CARD'], { patronId }),
  approveApplication: { applicationId: 'A0000001' },
  rejectApplication: { applicationId: 'A0000001', reason: 'The form is not signed.' },
  withdrawApplication: { applicationId: 'A0000001' },
  decideApplication: { applicationId: 'A0000001', approve: true },
  rejectApplications: { applicationIds: ['A0000001'], reason: 'The form is not signed.' },
  checkOut: { credential: library.system.presentedCard(libraryCard), itemNumber: copy },
  renewLoan: { reader: { patronId }, loanId: 'L00000011' },
  renewLoans: { reader: { patronId }, loanIds: ['L00000011'] },
  renewAllLoans: { reader: { patronId } },
  checkIn: { itemNumber: copy },
  placeHold: { reader: { patronId }, titleNumber: 'B0000010', pickupBranch: 'HKCL' },
  cancelHold: { reader: { patronId }, holdId: 'H0000001' },
  lendHeldItem: { reader: { patronId }, holdId: 'H0000001', itemNumber: copy },
  changePickupBranch: { reader: { patronId }, holdId: 'H0000001', pickupBranch: 'STCL' },
  setNoticePreferences: { reader: { patronId }, switchOff: ['HOLD_READY'] },
  reportLoss: { libraryCardNumber: libraryCard },
  replaceCredential: { libraryCardNumber: libraryCard },
  discontinueSmartId: { libraryCardNumber: smartId },
  surrenderLibraryCard: { libraryCardNumber: libraryCard },
  suspendPatron: { patronId },
  liftSuspension: { patronId },
  closePatron: { patronId },
  reopenPatron: { patronId },
  acknowledgeFinding: { findingId: 'none' },
  repairFinding: { findingId: 'none' },
  closeFinding: { findingId: 'none', reason: 'The desk knows.' },
});

/** Mutations that belong to no patron, with the reason. */
const nobodys: Partial<Record<ChangeName, string>> = {
  checkIn: 'anybody may return an item, and it would take two calls to find out who had it',
  rejectApplications: 'it is about several patrons',
  acknowledgeFinding: 'there is no such finding',
  repairFinding: 'there is no such finding',
  closeFinding: 'there is no such finding',
};
/** The patron of the application A0000001, which is decided. */
const applicantId = 'P0000004';
const ofApplicant = ['approveApplication', 'rejectApplication', 'withdrawApplication', 'decideApplication'];

describe('a patron for whom every mutation is sent', () => {
  const references = new Map<string, string>();
  let member: Member;
  const whose = (name: string) =>
    name in nobodys ? null : ofApplicant.includes(name) ? applicantId : member.patronId;
  beforeAll(async () => {
    member = await library.joinWithBothCards(newApplicant());
    for (const [name, input] of Object.entries(asked(member))) {
      references.set(name, await sent(name as ChangeName, input));
    }
  }, 60_000);

  test.each(changeNames)('%s is found by its patron', async (name) => {
    expect(await foundBy(references.get(name) ?? '')).toBe(whose(name));
  });

  test('all operations are listed, the latest first, without the changes within an operation', async () => {
    const { patronId } = member;
    const mine = [...references].flatMap(([name, reference]) =>
      whose(name) === patronId ? [reference] : [],
    );
    const listed = await journal.operationsOfPatron(patronId, null, 100);
    // The earliest operation is the approval by which the member joined.
    const joined = listed.at(-1);
    expect(joined?.kind).toBe('APPROVE_APPLICATION');
    expect(listed.slice(0, -1).map(({ reference }) => reference)).toEqual(mine.toReversed());
  });
});

test("an application belongs to its patron, and a stranger's approval to the new patron", async () => {
  const member = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const { patronId, applicant } = member;
  const reader = await library.reader(patronId);
  const reference = randomUUID();
  const { addressProofShown: _, ...filledIn } = applicant;
  const own = { ...formOf(filledIn, ['SMART_ID'], { channel: 'INTERNET', patronId }), reference };
  const applied = await library.apply(own, reader);
  expect(applied).toMatchObject(done);
  const decision = randomUUID();
  expect(await library.approve(applied, { reference: decision })).toMatchObject(done);
  expect([await foundBy(reference), await foundBy(decision)]).toEqual([patronId, patronId]);

  const strangers = randomUUID();
  const form = { ...formOf(newApplicant(), ['LIBRARY_CARD']), reference: strangers };
  const other = await library.apply(form);
  const approval = randomUUID();
  const approved = await library.approve(other, { reference: approval });
  const newPatronId = approved.application?.patron?.id;
  expect(newPatronId).toMatch(/^P/);
  expect([await foundBy(strangers), await foundBy(approval)]).toEqual([null, newPatronId]);
});

test("R27: an application under another patron's number doesn't belong to that patron", async () => {
  const { patronId } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const form = formOf(newApplicant(), ['LIBRARY_CARD'], { channel: 'INTERNET', patronId });
  const reader = await library.reader('P0000002');
  const [anonymous, others] = [randomUUID(), randomUUID()];
  await library.apply({ ...form, reference: anonymous }, null);
  await library.apply({ ...form, reference: others }, reader);
  expect([await foundBy(anonymous), await foundBy(others)]).toEqual([null, 'P0000002']);
});

test('a malformed patron number belongs to nobody, and does no harm', async () => {
  const reference = await sent('amendPatron', { patronId: 'x'.repeat(65), version: '1', chineseName: '文' });
  expect(await foundBy(reference)).toBeNull();
});

describe('by telephone, with number and PIN', () => {
  let member: Member;
  let reader: object;
  beforeAll(async () => {
    member = await library.joinWithBothCards(newApplicant());
    const { libraryCard } = member;
    await sent('setPin', { libraryCardNumber: libraryCard, newPin: pin });
    reader = { cardAndPin: { libraryCardNumber: libraryCard, pin } };
  });
  const call = (name: ChangeName, input: object) => sent(name, { reader, ...input }, library.telephone);

  test('each operation is found by the patron, even if it is refused', async () => {
    const placed = await call('placeHold', { titleNumber: 'B0000010', pickupBranch: 'HKCL' });
    const { result } = await operationOf(placed);
    const { holdId } = result as { holdId: string };
    const cancelled = await call('cancelHold', { holdId });
    const refused = [
      await call('cancelHold', { holdId }),
      await call('renewLoan', { loanId: 'L00000011' }),
      await call('renewLoans', { loanIds: ['L00000011'] }),
      await call('placeHold', { titleNumber: 'B0000010', pickupBranch: 'HKCL', libraryCardNumber: copy }),
    ];
    const all = [placed, cancelled, await call('renewAllLoans', {})];
    for (const reference of [...all, ...refused]) {
      expect(await foundBy(reference)).toBe(member.patronId);
    }
    const states = await Promise.all([...all, ...refused].map(operationOf));
    expect(states.map(({ state }) => state)).toEqual([
      ...all.map(() => 'DONE'),
      ...refused.map(() => 'REFUSED'),
    ]);
  });

  test('an operation with a wrong PIN belongs to nobody', async () => {
    const wrong = { cardAndPin: { libraryCardNumber: member.libraryCard, pin: '9999' } };
    const reference = await sent('renewAllLoans', { reader: wrong }, library.telephone);
    expect(await foundBy(reference)).toBeNull();
  });

  test('an unsettled operation is found too', async () => {
    const placed = await call('placeHold', { titleNumber: 'B0000004', pickupBranch: 'HKCL' });
    const { holdId } = (await operationOf(placed)).result as { holdId: string };
    const { faults } = library.system.legacy.circ;
    faults.set([{ kind: 'reset-after', operations: ['CancelHold', 'FindByRef'] }]);
    const reference = await call('cancelHold', { holdId });
    expect((await operationOf(reference)).state).toBe('UNSETTLED');
    expect(await foundBy(reference)).toBe(member.patronId);
    faults.clear();
  });
});

test("a check-out that is refused before it has a place belongs to the card's patron", async () => {
  const { patronId, smartId, libraryCard } = await library.joinWithBothCards(newApplicant());
  const shown = { ...library.system.presentedCard(smartId) };
  await sent('reportLoss', { libraryCardNumber: libraryCard });
  await sent('reportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' });
  const cards = [{ libraryCardNumber: libraryCard }, shown, { libraryCardNumber: smartId }];
  for (const credential of cards) {
    const reference = randomUUID();
    const input = { reference, credential, itemNumber: copy };
    expect(await library.change('checkOut', input, library.station)).toMatchObject(
      refusedWith('CREDENTIAL_NOT_ACTIVE'),
    );
    expect(await foundBy(reference)).toBe(patronId);
  }
  const unknown = { credential: { libraryCardNumber: '21852000000009' }, itemNumber: copy };
  expect(await foundBy(await sent('checkOut', unknown, library.station))).toBeNull();
});

test('a loss that was reported while the card could not be read is found once the card is read', async () => {
  const { patronId, libraryCard } = await library.join(newApplicant(), ['LIBRARY_CARD']);
  const { faults } = library.system.legacy.cms;
  faults.set([{ kind: 'refuse' }]);
  const reference = await sent('reportLoss', { libraryCardNumber: libraryCard });
  expect((await operationOf(reference)).patronId).toBeNull();
  faults.clear();
  await library.untilDone(reference);
  expect(await foundBy(reference)).toBe(patronId);
});
