import type { Encryption } from '../encryption/encryption.ts';
import type { CardReading, IndexedHold, IndexedLoan, OpenHoldState, ToRead } from './port.ts';
import { storedLastDay } from './rows.ts';
import type { Ask } from './store.ts';
import { markToRead } from './to-read.ts';

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
 * Where a hold has come to the queue of a title, or has left it, the title's copies are marked: they may be for another hold now.
 * Where one has left, so is the title itself, if `marksQueues`: whoever is next may have become ready without an event.
 *
 * @example
 * // The card had the holds H1 of B1, queued, and H2 of B2. It was read with H1, which is ready now, and with H3 of B3:
 * // H1 is changed, H2 is removed, H3 is added, the titles B1 and B2 are marked, and the copies of all three.
 */
export async function saveCards(
  ask: Ask,
  encryption: Encryption,
  readings: readonly CardReading[],
  nowMs: number,
  marksQueues: boolean,
): Promise<void> {
  const moves = (await Promise.all(readings.map((reading) => saveCard(ask, encryption, reading)))).flat();
  const left = marksQueues ? moves.filter(({ move }) => move === 'left') : [];
  const mark = (kind: ToRead['kind'], ofTitles: readonly QueueMove[]) =>
    [...new Set(ofTitles.map(({ titleNumber }) => titleNumber))].map((key) => ({ kind, key }));
  await markToRead(ask, encryption, [...mark('COPIES', moves), ...mark('TITLE', left)], nowMs);
}

/** A hold has come to the queue of a title, or has left it. */
interface QueueMove {
  readonly move: 'came' | 'left';
  readonly titleNumber: string;
}

async function saveCard(
  ask: Ask,
  encryption: Encryption,
  { libraryCardNumber, startedAt, loans, holds }: CardReading,
): Promise<readonly QueueMove[]> {
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
  return newHolds === undefined ? [] : queueMoves(newHolds, storedHolds);
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

function queueMoves(holds: readonly IndexedHold[], stored: readonly StoredHold[]): readonly QueueMove[] {
  const before = new Map(stored.map((hold) => [hold.id, hold]));
  const after = new Set(holds.map(({ id }) => id));
  const gone = stored.filter(({ id }) => !after.has(id));
  return [
    ...gone.map((hold) => ({ move: 'left' as const, titleNumber: hold.title_number })),
    ...holds.flatMap(({ id, state, titleNumber }): readonly QueueMove[] => {
      if (before.get(id)?.state === state) {
        return [];
      }
      return [{ move: state === 'QUEUED' ? 'came' : 'left', titleNumber }];
    }),
  ];
}
