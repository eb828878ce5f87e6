import { readdir, readFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { expect, test } from 'vitest';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { auditFileOf, readingsIn } from '../../support/services/audit-entries.ts';
import { openTablesOf } from '../journal-of.ts';
import { libraryForTests } from '../stories/library.ts';
import { done } from '../stories/payloads.ts';
import { newApplicant, today } from '../stories/people.ts';

const library = libraryForTests();

/** An item on the shelf, and a title whose copies are all on loan. */
const borrowed = { itemNumber: '31852000000494', titleNumber: 'B0000001' } as const;

const dayMs = 24 * 60 * 60 * 1000;
const file = () => path(library.system.dataDir, 'journal.sqlite');

function rows(): Record<string, Record<string, unknown>[]> {
  using journal = openTablesOf(library.system);
  const tables = ['operations', 'claims', 'attempts', 'readings'];
  return Object.fromEntries(tables.map((table) => [table, journal.prepare(`select * from ${table}`).all()]));
}

/** Deletes the rows that will have expired after `days`. */
async function forgetAfter(days: number): Promise<number> {
  await using later = await openSqliteJournal({
    secret: await readFile(path(library.system.dataDir, 'journal.key')),
    path: file(),
    clock: () => new Date(Date.now() + days * dayMs),
  });
  return await later.removeExpired();
}

test('personal data leaves the journal 30 days after the operation was settled, except for audit records', async () => {
  const { patronId, smartId, libraryCard, applicant } = await library.joinWithBothCards(newApplicant());
  const changes = [
    ['setPin', { libraryCardNumber: smartId, newPin: '864209' }],
    ['reportLoss', { libraryCardNumber: smartId, onReplacement: 'CONTINUE' }],
    ['replaceCredential', { libraryCardNumber: smartId, smartIdDateOfIssue: today }],
    ['surrenderLibraryCard', { libraryCardNumber: libraryCard }],
  ] as const;
  for (const [name, input] of changes) {
    expect(await library.change(name, input)).toMatchObject(done);
  }
  await library.patron(patronId, 'identity { number }');

  const settled = rows();
  expect(settled.operations?.length).toBeGreaterThan(changes.length);
  // A settled operation keeps neither its input nor the patron whom it concerns.
  expect(settled.operations?.filter(({ details }) => details !== 'null')).toEqual([]);
  expect(settled.claims).not.toEqual([]);

  expect(await forgetAfter(29)).toBe(0);
  expect(await forgetAfter(31)).toBe(settled.operations?.length);
  const left = rows();
  expect(left).toEqual({ operations: [], claims: [], attempts: [], readings: settled.readings });
  expect(readingsIn(auditFileOf(library.system))).toMatchObject([
    { what: 'RECORD', patronId },
    { what: 'IDENTITY_NUMBER', patronId },
  ]);
  const bytes = await readFile(file());
  const { englishName, identityNumber } = applicant;
  for (const value of [englishName, identityNumber ?? '', '864209', smartId, libraryCard]) {
    expect(bytes.includes(value)).toBe(false);
  }
});

test('no file of the journal says who borrowed what, neither during an operation nor afterwards', async () => {
  // The patron is from the seed, so that no operation here has issued the card.
  const [patronId, libraryCard] = ['P0000004', '21852000000066'];
  const { itemNumber, titleNumber } = borrowed;
  const credential = library.system.presentedCard(libraryCard);
  const reader = { patronId };
  const changes = [
    ['checkOut', { credential, itemNumber }],
    ['renewAllLoans', { reader }],
    ['placeHold', { reader, titleNumber, pickupBranch: 'STCL' }],
    ['checkIn', { itemNumber }],
  ] as const;
  for (const [name, input] of changes) {
    expect(await library.change(name, input), name).toMatchObject(done);
    expect(await shownByFiles([patronId, libraryCard, itemNumber]), name).toEqual([]);
  }
  // The audit record of the loss names the patron, but not the card.
  const lost = { libraryCardNumber: libraryCard };
  expect(await library.change('reportLoss', lost)).toMatchObject(done);
  expect(await shownByFiles([libraryCard, itemNumber])).toEqual([]);
  await forgetAfter(31);
  expect(await shownByFiles([libraryCard, itemNumber])).toEqual([]);
});

test('the log of changes keeps for seven days what was done, and never with what', async () => {
  const libraryCard = '21852000000033';
  const itemNumber = '31852000000502';
  const credential = library.system.presentedCard(libraryCard);
  expect(await library.change('checkOut', { credential, itemNumber })).toMatchObject(done);
  expect(await library.change('checkIn', { itemNumber })).toMatchObject(done);
  const logged = () => {
    using journal = openTablesOf(library.system);
    return journal.prepare('select * from log_entries where number is not null').all();
  };
  const kinds = () => logged().map(({ kind }) => kind);
  await expect.poll(kinds, { timeout: 15_000 }).toEqual(expect.arrayContaining(['OPERATION', 'LOAN_ENDED']));
  const texts = logged().flatMap((row) => Object.values(row).map(String));
  // Numbers of patrons, items, titles, cards, loans and holds. Keyed digests are longer.
  expect(texts.filter((text) => /^(?:[A-Z]\d{7,8}|\d{14})$/.test(text))).toEqual([]);
  await forgetAfter(6);
  expect(logged()).not.toEqual([]);
  await forgetAfter(8);
  expect(logged()).toEqual([]);
});

/** Finds the texts of `values` that a file of the journal contains. The write-ahead log is one of these files. */
async function shownByFiles(values: readonly string[]): Promise<string[]> {
  const names = (await readdir(library.system.dataDir)).filter((name) => name.startsWith('journal.sqlite'));
  const files = await Promise.all(names.map((name) => readFile(path(library.system.dataDir, name))));
  return values.filter((value) => files.some((bytes) => bytes.includes(value)));
}
