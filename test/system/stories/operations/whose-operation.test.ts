/** Staff find every operation by the patron whose it is: what was done, what was refused, and what is not settled yet. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join as joinPath } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalDatabase, Operation } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../../subgraphs/runtime/operations-config.ts';
import {
  approve,
  type ChangeName,
  changeNames,
  done,
  formOf,
  join,
  type Library,
  type Member,
  openLibrary,
  refusedWith,
} from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
let journal: JournalDatabase;
const opened = new AsyncDisposableStack();
beforeAll(async () => {
  library = opened.use(await openLibrary());
  const { dataDir } = library.system;
  const secret = await readFile(joinPath(dataDir, 'journal.key'));
  journal = opened.use(await openSqliteJournal({ secret, path: journalFileIn(dataDir) }));
});
afterAll(() => opened.disposeAsync());

/** The one operation under the reference. */
async function operationOf(reference: string): Promise<Operation> {
  const [operation, ...others] = await journal.findByReference(reference, 10);
  return others.length === 0 && operation !== undefined
    ? operation
    : expect.fail(`the operations under ${reference} are ${others.length + 1}`);
}

/** The patron by whom the operation under the reference is found; null where it is no patron's. */
async function foundBy(reference: string): Promise<string | null> {
  const { id, patronId } = await operationOf(reference);
  if (patronId !== null) {
    const found = await journal.operationsOfPatron(patronId, null, 100);
    expect(found.map((operation) => operation.id)).toContain(id);
  }
  return patronId;
}

/** Sends the mutation under a new reference, and resolves to the reference. */
async function sent(name: ChangeName, input: object, token = library.counter): Promise<string> {
  const reference = randomUUID();
  await library.change(name, { reference, ...input }, token);
  return reference;
}

const copy = '31852000000494';
const pin = '1357';

/** Each mutation once for that member, at the counter. An operation that is refused is the patron's too. */
const asked = ({ patronId, libraryCard, smartId }: Member): Readonly<Record<ChangeName, object>> => ({
  setPin: { libraryCardNumber: libraryCard, newPin: pin },
  createPinCode: { libraryCardNumber: libraryCard },
  printInformationCard: { libraryCardNumber: smartId },
  amendContact: { reader: { patronId }, version: 'none', telephone: '21110000' },
  amendPatron: { patronId, version: 'none', chineseName: '文員' },
  submitApplication: formOf(stranger(), ['LIBRARY_CARD'], { patronId }),
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
  reportLoss: { libraryCardNumber: libraryCard },
  replaceCredential: { libraryCardNumber: libraryCard },
  discontinueSmartId: { libraryCardNumber: smartId },
  surrenderLibraryCard: { libraryCardNumber: libraryCard },
});

/** Mutations that are no patron's, with the reason. */
const nobodys: Partial<Record<ChangeName, string>> = {
  checkIn: 'whoever returns an item need not be its patron, and who had it would take two calls to find out',
  rejectApplications: 'it is about several patrons',
};
/** The patron whose application is decided on. */
const applicantId = 'P0000004';

describe('a patron of whom everything is asked', () => {
  const references = new Map<string, string>();
  let member: Member;
  const whose = (name: string) =>
    name in nobodys ? null : name === 'decideApplication' ? applicantId : member.patronId;
  beforeAll(async () => {
    member = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    for (const [name, input] of Object.entries(asked(member))) {
      references.set(name, await sent(name as ChangeName, input));
    }
  });

  test.each(changeNames)('%s is found by its patron', async (name) => {
    expect(await foundBy(references.get(name) ?? '')).toBe(whose(name));
  });

  test('all of it is listed, the latest first, without the changes within an operation', async () => {
    const { patronId } = member;
    const mine = [...references].flatMap(([name, reference]) =>
      whose(name) === patronId ? [reference] : [],
    );
    const listed = await journal.operationsOfPatron(patronId, null, 100);
    // The approval by which the member joined is the earliest.
    const joined = listed.at(-1);
    expect(joined?.kind).toBe('DECIDE_APPLICATION');
    expect(listed.slice(0, -1).map(({ reference }) => reference)).toEqual(mine.toReversed());
  });
});

test("an application is its patron's, and a stranger's once it is approved", async () => {
  const member = await join(library, stranger(), ['LIBRARY_CARD']);
  const { patronId, applicant } = member;
  const reader = await library.reader(patronId);
  const reference = randomUUID();
  const { addressProofShown: _, ...filledIn } = applicant;
  const own = { ...formOf(filledIn, ['SMART_ID'], { channel: 'INTERNET', patronId }), reference };
  const applied = await library.change('submitApplication', own, reader);
  expect(applied).toMatchObject(done);
  const decision = randomUUID();
  expect(await approve(library, applied, { reference: decision })).toMatchObject(done);
  expect([await foundBy(reference), await foundBy(decision)]).toEqual([patronId, patronId]);

  const strangers = randomUUID();
  const form = { ...formOf(stranger(), ['LIBRARY_CARD']), reference: strangers };
  const other = await library.change('submitApplication', form, library.counter);
  const approval = randomUUID();
  const approved = await approve(library, other, { reference: approval });
  const newPatronId = approved.application?.patron?.id;
  expect(newPatronId).toMatch(/^P/);
  expect([await foundBy(strangers), await foundBy(approval)]).toEqual([null, newPatronId]);
});

test("R27: what somebody asks for under another patron's number is not that patron's", async () => {
  const { patronId } = await join(library, stranger(), ['LIBRARY_CARD']);
  const form = formOf(stranger(), ['LIBRARY_CARD'], { channel: 'INTERNET', patronId });
  const reader = await library.reader('P0000002');
  const [anonymous, others] = [randomUUID(), randomUUID()];
  await library.change('submitApplication', { ...form, reference: anonymous });
  await library.change('submitApplication', { ...form, reference: others }, reader);
  expect([await foundBy(anonymous), await foundBy(others)]).toEqual([null, 'P0000002']);
});

test('a number of a form that no patron has is nobody, and does no harm', async () => {
  const reference = await sent('amendPatron', { patronId: 'x'.repeat(65), version: '1', chineseName: '文' });
  expect(await foundBy(reference)).toBeNull();
});

describe('by telephone, with number and PIN', () => {
  let member: Member;
  let reader: object;
  beforeAll(async () => {
    member = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
    const { libraryCard } = member;
    await sent('setPin', { libraryCardNumber: libraryCard, newPin: pin });
    reader = { cardAndPin: { libraryCardNumber: libraryCard, pin } };
  });
  const call = (name: ChangeName, input: object) => sent(name, { reader, ...input }, library.telephone);

  test('each is found by the patron, also where it is refused', async () => {
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

  test('a wrong PIN is nobody', async () => {
    const wrong = { cardAndPin: { libraryCardNumber: member.libraryCard, pin: '9999' } };
    const reference = await sent('renewAllLoans', { reader: wrong }, library.telephone);
    expect(await foundBy(reference)).toBeNull();
  });

  test('while it is not known what became of it, it is found too', async () => {
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

test("a check-out that is refused before it has a place is the card's patron's", async () => {
  const { patronId, smartId, libraryCard } = await join(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
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

test('a loss that was reported while the card could not be read is found once it has been read', async () => {
  const { patronId, libraryCard } = await join(library, stranger(), ['LIBRARY_CARD']);
  const { faults } = library.system.legacy.cms;
  faults.set([{ kind: 'refuse' }]);
  const reference = await sent('reportLoss', { libraryCardNumber: libraryCard });
  expect((await operationOf(reference)).patronId).toBeNull();
  faults.clear();
  await library.untilDone(reference, library.counter);
  expect(await foundBy(reference)).toBe(patronId);
});
