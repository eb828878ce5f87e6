import type { Encryption } from '../journal/encryption/encryption.ts';
import type { CardReading, IndexedHold, IndexedLoan, OpenHoldState, ToRead } from './port.ts';
import { storedLastDay } from './rows.ts';
import type { Ask } from './store.ts';

/** A card as its rows have it. */
interface Card {
  readonly digest: string;
  readonly sealed: string;
}

interface StoredHold {
  readonly id: string;
  readonly title_number: string;
  readonly state: OpenHoldState;
}

/**
 * Replaces the rows of the cards by what was read, and removes their marks. A reading that is older than the rows changes nothing:
 * two processes may read one card side by side.
 *
 * Where a hold has come to a queue or left one, the title is marked: whoever is next may have become ready without an event.
 * `mark`: `'TITLE'` has the head of the queue read, and the copies; `'COPIES'` the copies alone.
 *
 * @example
 * // The card had the holds H1 of B1, queued, and H2 of B2. It was read with H1 alone, which is ready now:
 * // H1 is changed, H2 is removed, and the titles B1 and B2 are marked.
 */
export async function saveCards(
  ask: Ask,
  encryption: Encryption,
  readings: readonly CardReading[],
  nowMs: number,
  mark: Extract<ToRead['kind'], 'TITLE' | 'COPIES'>,
): Promise<void> {
  const titles = await Promise.all(readings.map((reading) => saveCard(ask, encryption, reading)));
  await Promise.all(
    [...new Set(titles.flat())].map((title) => ask('markToRead', [mark, title, null, nowMs])),
  );
}

/** Resolves to the titles whose queues have changed. */
async function saveCard(
  ask: Ask,
  encryption: Encryption,
  { libraryCardNumber, startedAt, loans, holds }: CardReading,
): Promise<readonly string[]> {
  const card = {
    digest: encryption.digest('card', libraryCardNumber),
    sealed: encryption.encrypt(libraryCardNumber),
  };
  const startedMs = startedAt.getTime();
  const [[stored], storedLoans, storedHolds] = await Promise.all([
    ask<{ loans_at: number | string; holds_at: number | string }>('cardReading', [card.digest]),
    ask<{ id: string }>('loansOfCard', [card.digest]),
    ask<StoredHold>('holdsOfCard', [card.digest]),
  ]);
  const loansAt = Number(stored?.loans_at ?? 0);
  const holdsAt = Number(stored?.holds_at ?? 0);
  const newLoans = startedMs >= loansAt ? loans : undefined;
  const newHolds = startedMs >= holdsAt ? holds : undefined;
  const times = [newLoans ? startedMs : loansAt, newHolds ? startedMs : holdsAt];
  const writes: Promise<unknown>[] = [ask('putCardReading', [card.digest, ...times])];
  if (loans !== undefined && holds !== undefined) {
    writes.push(ask('wasRead', ['CARD', card.digest, startedMs]));
  }
  if (newLoans !== undefined) {
    writes.push(saveLoans(ask, card, newLoans, storedLoans));
  }
  if (newHolds !== undefined) {
    writes.push(saveHolds(ask, card, newHolds, storedHolds));
  }
  await Promise.all(writes);
  return newHolds === undefined ? [] : movedQueues(newHolds, storedHolds);
}

async function saveLoans(
  ask: Ask,
  { digest, sealed }: Card,
  loans: readonly IndexedLoan[],
  stored: readonly { readonly id: string }[],
): Promise<void> {
  const ids = new Set(loans.map(({ id }) => id));
  await Promise.all([
    ...stored.filter(({ id }) => !ids.has(id)).map(({ id }) => ask('removeLoan', [id])),
    ...loans.map(({ id, itemNumber, titleNumber, title, branch, dueOn }) =>
      ask('putLoan', [id, itemNumber, titleNumber, title, branch, dueOn, digest, sealed]),
    ),
  ]);
}

async function saveHolds(
  ask: Ask,
  { digest, sealed }: Card,
  holds: readonly IndexedHold[],
  stored: readonly StoredHold[],
): Promise<void> {
  const ids = new Set(holds.map(({ id }) => id));
  await Promise.all([
    ...stored.filter(({ id }) => !ids.has(id)).map(({ id }) => ask('removeHold', [id])),
    ...holds.map((hold) => {
      const { id, titleNumber, title, pickupBranch, state, placedAt } = hold;
      const values = [id, titleNumber, title, pickupBranch, state, placedAt, storedLastDay(hold)];
      return ask('putHold', [...values, digest, sealed]);
    }),
  ]);
}

/** Titles of the holds that have come, gone, or changed their state. */
function movedQueues(holds: readonly IndexedHold[], stored: readonly StoredHold[]): readonly string[] {
  const before = new Map(stored.map((hold) => [hold.id, hold]));
  const after = new Map(holds.map((hold) => [hold.id, hold]));
  return [
    ...holds.filter(({ id, state }) => before.get(id)?.state !== state).map(({ titleNumber }) => titleNumber),
    ...stored.filter(({ id }) => !after.has(id)).map((hold) => hold.title_number),
  ];
}
