import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { done, join as joinLibrary, type Library, type Member, openLibrary } from '../library.ts';
import { stranger } from '../people.ts';

let library: Library;
let member: Member;
beforeEach(async () => {
  library = await openLibrary();
  member = await joinLibrary(library, stranger(), ['SMART_ID', 'LIBRARY_CARD']);
});
afterEach(() => library[Symbol.asyncDispose]());

const other = '21852000000066';
const titleNumber = 'B0000001';
/** A copy of that title. */
const copy = '31852000000494';
const titles = ['01', '02', '03', '04', '05', '06', '07', '09', '10', '11'].map(
  (digits) => `B00000${digits}`,
);

async function reserve(libraryCardNumber: string, title = titleNumber): Promise<string> {
  const reader = { patronId: library.system.store.cms.cards.get(libraryCardNumber)?.patronNo };
  const input = { reader, libraryCardNumber, titleNumber: title, pickupBranch: 'HKCL' };
  const placed = await library.change('placeHold', input, library.counter);
  expect(placed).toMatchObject(done);
  return placed.hold?.id ?? '';
}

async function replaceLibraryCard(): Promise<string> {
  const card = { libraryCardNumber: member.libraryCard };
  expect(await library.change('reportLoss', card, library.counter)).toMatchObject(done);
  const replaced = await library.change('replaceCredential', card, library.counter);
  expect(replaced).toMatchObject(done);
  return replaced.credential?.libraryCardNumber ?? '';
}

interface Hold {
  readonly id: string;
  readonly state: string;
  readonly queuePosition: number | null;
  readonly credential: { readonly libraryCardNumber: string };
}

async function holds(): Promise<readonly Hold[]> {
  const { patron } = await library.read<{ patron: { holds: readonly Hold[] } }>(
    'query ($id: ID!) { patron(id: $id) { holds { id state queuePosition credential { libraryCardNumber } } } }',
    { id: member.patronId },
  );
  return patron.holds;
}

/** The cards that the holds are on, once everything is settled. */
async function cardsOfHolds(): Promise<readonly string[]> {
  const unsettled = () => {
    using journal = new DatabaseSync(join(library.system.dataDir, 'journal.sqlite'), { timeout: 5_000 });
    const row = journal.prepare("select count(*) as count from operations where state = 'UNSETTLED'").get();
    return Number(row?.count);
  };
  await expect.poll(unsettled, { timeout: 15_000, interval: 100 }).toBe(0);
  return (await holds()).map(({ credential }) => credential.libraryCardNumber);
}

test('R25: a queued hold moves to the new card if nobody waits behind it, and keeps its place', async () => {
  await reserve(other);
  await reserve(member.libraryCard);
  const newNumber = await replaceLibraryCard();
  await expect
    .poll(holds, { timeout: 10_000 })
    .toMatchObject([{ state: 'QUEUED', queuePosition: 2, credential: { libraryCardNumber: newNumber } }]);
});

test('R25: a hold that moved is collected with the new card', async () => {
  const input = { credential: library.system.presentedCard(other), itemNumber: copy };
  expect(await library.change('checkOut', input, library.station)).toMatchObject(done);
  await reserve(member.libraryCard);
  const newNumber = await replaceLibraryCard();
  expect(await cardsOfHolds()).toEqual([newNumber]);
  await library.change('checkIn', { itemNumber: copy }, library.station);
  const lent = { credential: { libraryCardNumber: newNumber }, itemNumber: copy };
  expect(await library.change('checkOut', lent, library.station)).toMatchObject(done);
});

test('R25: a hold stays if somebody waits behind it, because its place would be lost', async () => {
  const id = await reserve(member.libraryCard);
  await reserve(other);
  await replaceLibraryCard();
  expect(await cardsOfHolds()).toEqual([member.libraryCard]);
  expect(await holds()).toMatchObject([{ id, queuePosition: 1 }]);
});

test('R25: of nine holds each one moves that may', async () => {
  for (const title of titles.slice(0, 9)) {
    await reserve(member.libraryCard, title);
  }
  await reserve(other, titles[3]);
  const newNumber = await replaceLibraryCard();
  const cards = await cardsOfHolds();
  expect(cards.filter((card) => card === newNumber)).toHaveLength(8);
  expect(cards.filter((card) => card === member.libraryCard)).toHaveLength(1);
});

test('R25: with ten holds there is no place for another one meanwhile, so all stay', async () => {
  for (const title of titles) {
    await reserve(member.libraryCard, title);
  }
  await replaceLibraryCard();
  expect(await cardsOfHolds()).toEqual(titles.map(() => member.libraryCard));
});

test('R23: one of a title that is out on the old card stays, so that the loan can be renewed', async () => {
  const input = { credential: library.system.presentedCard(member.libraryCard), itemNumber: copy };
  expect(await library.change('checkOut', input, library.station)).toMatchObject(done);
  await reserve(member.libraryCard);
  await replaceLibraryCard();
  expect(await cardsOfHolds()).toEqual([member.libraryCard]);
});
