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

interface StoredLoan {
  readonly id: string;
  readonly card: string;
}

interface StoredHold {
  readonly id: string;
  readonly card: string;
  readonly title_number: string;
  readonly state: OpenHoldState;
}

/**
 * Replaces the stored loans and holds of the cards with those that were read, and removes the cards' marks (`ToRead`).
 * Two processes may read one card at the same time. So a reading is ignored if the stored rows come from a reading that
 * began later.
 *
 * If a hold has joined or left a title's queue, the title's copies are marked: a copy on the shelf may now be for
 * another hold. If a hold has left the queue and `marksQueues` is true, the queue is marked, too: its next hold may
 * have become ready without an event.
 *
 * @example
 * // With `marksQueues`. The card had the holds H1 of B1 and H2 of B2, both queued.
 * // A reading shows H1 ready, no H2, and a new H3 of B3. So H1 is changed, H2 is removed, and H3 is added.
 * // The queues of B1 and B2 are marked, and the copies of B1, B2 and B3.
 */
export function* saveCards(
  ask: AskWithin,
  encryption: Encryption,
  readings: readonly CardReading[],
  saving: ReadingStart,
  marksQueues: boolean,
): Asking<void> {
  if (readings.length === 0) {
    return;
  }
  const cards = yield* readStored(ask, encryption, readings);
  yield* all([...savesOfReadings(ask, cards), ...savesOfLoans(ask, cards), ...savesOfHolds(ask, cards)]);
  const moves = cards.flatMap(({ newHolds, storedHolds }) =>
    newHolds === null ? [] : queueMoves(newHolds, storedHolds),
  );
  const left = marksQueues ? moves.filter(({ move }) => move === 'left') : [];
  const mark = (kind: ToRead['kind'], ofTitles: readonly QueueMove[]) =>
    [...new Set(ofTitles.map(({ titleNumber }) => titleNumber))].map((key) => ({ kind, key }));
  yield* markToRead(ask, encryption, [...mark('COPIES', moves), ...mark('TITLE', left)], saving);
}

/** A hold that has joined or left the queue of a title. A ready hold has left the queue. */
interface QueueMove {
  readonly move: 'came' | 'left';
  readonly titleNumber: string;
}

/** A card with its stored rows, and with the rows that replace them. */
interface ReadCard extends Card {
  readonly start: ReadingStart;
  /** After this save, the stored loans come from the reading with this number. `holdsNumber` is the same for holds. */
  readonly loansNumber: number;
  readonly holdsNumber: number;
  /**
   * The loans that replace the stored ones. Null if loans were not read, or if the stored loans come from a reading
   * that began later. `newHolds` is the same for holds.
   */
  readonly newLoans: readonly IndexedLoan[] | null;
  readonly newHolds: readonly IndexedHold[] | null;
  readonly storedLoans: readonly StoredLoan[];
  readonly storedHolds: readonly StoredHold[];
}

interface StoredReading {
  readonly card: string;
  readonly loans_number: number | string;
  readonly holds_number: number | string;
}

function* readStored(
  ask: AskWithin,
  encryption: Encryption,
  readings: readonly CardReading[],
): Asking<readonly ReadCard[]> {
  const digests = readings.map(({ libraryCardNumber }) => encryption.digest('card', libraryCardNumber));
  // All statements are sent at once, before any answer is awaited.
  const asked = [
    ask<StoredReading>('cardReadings', [digests]),
    ask<StoredLoan>('loansOfCards', [digests]),
    ask<StoredHold>('holdsOfCards', [digests]),
  ] as const;
  const numbers = new Map((yield* asked[0]).map((row) => [row.card, row]));
  const loans = Map.groupBy(yield* asked[1], ({ card }) => card);
  const holds = Map.groupBy(yield* asked[2], ({ card }) => card);
  return readings.map((reading, at) => {
    const digest = digests[at] ?? '';
    const { number } = reading.start;
    const loansNumber = Number(numbers.get(digest)?.loans_number ?? 0);
    const holdsNumber = Number(numbers.get(digest)?.holds_number ?? 0);
    const newLoans = number >= loansNumber ? reading.loans : null;
    const newHolds = number >= holdsNumber ? reading.holds : null;
    return {
      digest,
      sealed: encryption.encrypt(reading.libraryCardNumber),
      start: reading.start,
      loansNumber: newLoans === null ? loansNumber : number,
      holdsNumber: newHolds === null ? holdsNumber : number,
      newLoans,
      newHolds,
      storedLoans: loans.get(digest) ?? [],
      storedHolds: holds.get(digest) ?? [],
    };
  });
}

/**
 * Saves the numbers of the readings, removes the cards' marks, and updates the list of cards. The list contains every
 * card with loans, holds or a mark.
 */
function savesOfReadings(ask: AskWithin, cards: readonly ReadCard[]): readonly Asking<unknown>[] {
  const rowsOf = ({ newLoans, newHolds, storedLoans, storedHolds }: ReadCard) =>
    (newLoans ?? storedLoans).length + (newHolds ?? storedHolds).length;
  const [withRows, without] = [
    cards.filter((card) => rowsOf(card) > 0),
    cards.filter((card) => rowsOf(card) === 0),
  ];
  const readings = cards.map((card) => ({
    card: card.digest,
    loans: card.loansNumber,
    holds: card.holdsNumber,
    rows: rowsOf(card) > 0 ? 1 : 0,
  }));
  // A card keeps its mark if any part of its reading was ignored, so that the card is read once more.
  const taken = cards.filter(({ newLoans, newHolds }) => newLoans !== null && newHolds !== null);
  return [
    ask('putCardReadings', [JSON.stringify(readings)]),
    ...[...Map.groupBy(taken, ({ start }) => start)].map(([start, ofStart]) =>
      wasRead(
        ask,
        'CARD',
        ofStart.map(({ digest }) => digest),
        start,
      ),
    ),
    ask('listCards', [JSON.stringify(withRows.map(({ digest, sealed }) => ({ card: digest, sealed })))]),
    ask('unlistCards', [without.map(({ digest }) => digest)]),
  ];
}

function savesOfLoans(ask: AskWithin, cards: readonly ReadCard[]): readonly Asking<unknown>[] {
  const rows = new Map(
    cards.flatMap(({ digest, sealed, newLoans }) =>
      (newLoans ?? []).map(({ id, itemNumber, titleNumber, title, branch, dueOn }) => [
        id,
        { id, item: itemNumber, number: titleNumber, title, branch, due: dueOn, card: digest, sealed },
      ]),
    ),
  );
  const ended = cards.flatMap(({ newLoans, storedLoans }) =>
    newLoans === null ? [] : storedLoans.filter(({ id }) => !newLoans.some((loan) => loan.id === id)),
  );
  return [
    ask('removeLoans', [ended.map(({ id }) => id)]),
    ask('putLoans', [JSON.stringify([...rows.values()])]),
  ];
}

function savesOfHolds(ask: AskWithin, cards: readonly ReadCard[]): readonly Asking<unknown>[] {
  const rows = new Map(
    cards.flatMap(({ digest, sealed, newHolds }) =>
      (newHolds ?? []).map((hold) => {
        const { id, titleNumber, title, pickupBranch, state, placedAt } = hold;
        const ofTitle = { number: titleNumber, title, branch: pickupBranch };
        const times = { state, placed: placedAt, until: storedLastDay(hold) };
        return [id, { id, ...ofTitle, ...times, card: digest, sealed }];
      }),
    ),
  );
  const ended = cards.flatMap(({ newHolds, storedHolds }) =>
    newHolds === null ? [] : storedHolds.filter(({ id }) => !newHolds.some((hold) => hold.id === id)),
  );
  return [
    ask('removeHolds', [ended.map(({ id }) => id)]),
    ask('putHolds', [JSON.stringify([...rows.values()])]),
  ];
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
