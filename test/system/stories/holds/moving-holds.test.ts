import { beforeEach, expect, test } from 'vitest';
import { openTablesOf } from '../../journal-of.ts';
import { libraryForEachTest } from '../library.ts';
import { done, type Member } from '../payloads.ts';
import { newApplicant } from '../people.ts';

const library = libraryForEachTest();
let member: Member;
beforeEach(async () => {
  member = await library.joinWithBothCards(newApplicant());
});

const other = '21852000000066';
/** The title of the item `copy`. */
const titleNumber = 'B0000001';
const titles = ['01', '02', '03', '04', '05', '06', '07', '09', '10', '11'].map(
  (digits) => `B00000${digits}`,
);

async function reserve(libraryCardNumber: string, title = titleNumber): Promise<string> {
  const reader = { patronId: library.system.store.cms.cards.get(libraryCardNumber)?.patronNo };
  const input = { reader, libraryCardNumber, titleNumber: title, pickupBranch: 'HKCL' };
  const placed = await library.change('placeHold', input);
  expect(placed).toMatchObject(done);
  return placed.hold?.id ?? '';
}

interface Hold {
  readonly id: string;
  readonly state: string;
  readonly queuePosition: number | null;
  readonly credential: { readonly libraryCardNumber: string };
}

async function holds(): Promise<readonly Hold[]> {
  const selection = 'holds { id state queuePosition credential { libraryCardNumber } }';
  return (await library.patron<{ holds: readonly Hold[] }>(member.patronId, selection)).holds;
}

/** Waits until every operation is settled. Resolves to the card of each of the member's holds. */
async function cardsOfHolds(): Promise<readonly string[]> {
  const unsettled = () => {
    using journal = openTablesOf(library.system);
    const row = journal.prepare("select count(*) as count from operations where state = 'UNSETTLED'").get();
    return Number(row?.count);
  };
  await expect.poll(unsettled, { timeout: 15_000, interval: 100 }).toBe(0);
  return (await holds()).map(({ credential }) => credential.libraryCardNumber);
}

test('R25: a queued hold moves to the new card if nobody waits behind it, and keeps its place', async () => {
  await reserve(other);
  await reserve(member.libraryCard);
  const newNumber = await library.replaceLibraryCard(member);
  await expect
    .poll(holds, { timeout: 10_000 })
    .toMatchObject([{ state: 'QUEUED', queuePosition: 2, credential: { libraryCardNumber: newNumber } }]);
});

test('R25: a hold that moved is collected with the new card', async () => {
  expect(await library.lend(other)).toMatchObject(done);
  await reserve(member.libraryCard);
  const newNumber = await library.replaceLibraryCard(member);
  expect(await cardsOfHolds()).toEqual([newNumber]);
  await library.giveBack();
  expect(await library.lend(newNumber)).toMatchObject(done);
});

test('R25: a hold stays if somebody waits behind it, because its place would be lost', async () => {
  const id = await reserve(member.libraryCard);
  await reserve(other);
  await library.replaceLibraryCard(member);
  expect(await cardsOfHolds()).toEqual([member.libraryCard]);
  expect(await holds()).toMatchObject([{ id, queuePosition: 1 }]);
});

test('R25: of eight holds, all move except the one behind which somebody waits', async () => {
  for (const title of titles.slice(0, 8)) {
    await reserve(member.libraryCard, title);
  }
  await reserve(other, titles[3]);
  const newNumber = await library.replaceLibraryCard(member);
  const cards = await cardsOfHolds();
  expect(cards.filter((card) => card === newNumber)).toHaveLength(7);
  expect(cards.filter((card) => card === member.libraryCard)).toHaveLength(1);
});

test('R25: with ten holds all stay, because moving needs a free place', async () => {
  for (const title of titles) {
    await reserve(member.libraryCard, title);
  }
  await library.replaceLibraryCard(member);
  expect(await cardsOfHolds()).toEqual(titles.map(() => member.libraryCard));
});

test('R23: a hold of a title that is on loan on the old card stays, so that the loan can be renewed', async () => {
  expect(await library.lend(member.libraryCard)).toMatchObject(done);
  await reserve(member.libraryCard);
  await library.replaceLibraryCard(member);
  expect(await cardsOfHolds()).toEqual([member.libraryCard]);
});
