import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { CardReading, IndexedHold, IndexedLoan, OpenHoldState, ReadingStart, ToRead } from './port.ts';
import { storedLastDay } from './rows.ts';
import type { AskWithin } from './store.ts';
import { markToRead, wasRead } from './to-read.ts';

/** The columns of a row that identify its card. */
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
 * Replaces the stored rows of the cards by the rows that were read, and removes the cards' marks. A reading that began
 * before the reading of the stored rows changes nothing, because two processes may read one card at the same time.
 *
 * If a hold has joined or left the queue of a title, the title's copies are marked, because the copies may now be for
 * another hold. If a hold has left the queue and `marksQueues` is true, the title is marked, too: the next hold may
 * have become ready without an event.
 *
 * @example
 * // The card had the holds H1 of B1 and H2 of B2, both queued. A reading shows H1 ready, no H2, and a new H3 of B3.
 * // H1 is changed, H2 is removed, and H3 is added. The titles B1 and B2 are marked, and the copies of B1, B2 and B3.
 */
export function* saveCards(
  ask: AskWithin,
  encryption: Encryption,
  readings: readonly CardReading[],
  saving: ReadingStart,
  marksQueues: boolean,
): Asking<void> {
  // The statements for all cards are sent before the first answer is awaited.
  const cards = readings.map((reading) => askForCard(ask, encryption, reading));
  const moves: QueueMove[] = [];
  for (const card of cards) {
    for (const move of yield* saveCard(ask, card)) {
      moves.push(move);
    }
  }
  const left = marksQueues ? moves.filter(({ move }) => move === 'left') : [];
  const mark = (kind: ToRead['kind'], ofTitles: readonly QueueMove[]) =>
    [...new Set(ofTitles.map(({ titleNumber }) => titleNumber))].map((key) => ({ kind, key }));
  yield* markToRead(ask, encryption, [...mark('COPIES', moves), ...mark('TITLE', left)], saving);
}

/** A hold that has joined or left the queue of a title. */
interface QueueMove {
  readonly move: 'came' | 'left';
  readonly titleNumber: string;
}

/**
 * Sends the statements for the stored rows of a card. Returns their pending answers, together with the card's reading.
 */
function askForCard(ask: AskWithin, encryption: Encryption, reading: CardReading) {
  const { libraryCardNumber } = reading;
  const digest = encryption.digest('card', libraryCardNumber);
  return {
    reading,
    card: { digest, sealed: encryption.encrypt(libraryCardNumber) },
    storedNumbers: ask<{ loans_number: number | string; holds_number: number | string }>('cardReading', [
      digest,
    ]),
    storedLoans: ask<{ id: string }>('loansOfCard', [digest]),
    storedHolds: ask<StoredHold>('holdsOfCard', [digest]),
  };
}

function* saveCard(
  ask: AskWithin,
  { reading: { start, loans, holds }, card, ...asked }: ReturnType<typeof askForCard>,
): Asking<readonly QueueMove[]> {
  const { number } = start;
  const [stored] = yield* asked.storedNumbers;
  const storedLoans = yield* asked.storedLoans;
  const storedHolds = yield* asked.storedHolds;
  const loansNumber = Number(stored?.loans_number ?? 0);
  const holdsNumber = Number(stored?.holds_number ?? 0);
  const newLoans = number >= loansNumber ? loans : null;
  const newHolds = number >= holdsNumber ? holds : null;
  const rows = (newLoans ?? storedLoans).length + (newHolds ?? storedHolds).length;
  ask('putCardReading', [
    card.digest,
    newLoans === null ? loansNumber : number,
    newHolds === null ? holdsNumber : number,
    rows > 0 ? 1 : 0,
  ]);
  // The mark of a reading that is ignored stays. A later reading removes it.
  if (newLoans !== null && newHolds !== null) {
    wasRead(ask, [['CARD', card.digest]], start);
  }
  if (rows > 0) {
    ask('listCard', [card.digest, card.sealed]);
  } else {
    ask('unlistCard', [card.digest]);
  }
  if (newLoans !== null) {
    yield* saveLoans(ask, card, newLoans, storedLoans);
  }
  if (newHolds === null) {
    return [];
  }
  yield* saveHolds(ask, card, newHolds, storedHolds);
  return queueMoves(newHolds, storedHolds);
}

function saveLoans(
  ask: AskWithin,
  { digest, sealed }: Card,
  loans: readonly IndexedLoan[],
  stored: readonly { readonly id: string }[],
): Asking<unknown> {
  const ids = new Set(loans.map(({ id }) => id));
  return all([
    ...stored.filter(({ id }) => !ids.has(id)).map(({ id }) => ask('removeLoan', [id])),
    ...loans.map(({ id, itemNumber, titleNumber, title, branch, dueOn }) =>
      ask('putLoan', [id, itemNumber, titleNumber, title, branch, dueOn, digest, sealed]),
    ),
  ]);
}

function saveHolds(
  ask: AskWithin,
  { digest, sealed }: Card,
  holds: readonly IndexedHold[],
  stored: readonly StoredHold[],
): Asking<unknown> {
  const ids = new Set(holds.map(({ id }) => id));
  return all([
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
