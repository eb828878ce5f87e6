import type { Language } from '../../../graph/client.ts';
import { count, type Field } from '../../protocol/response.ts';
import { type ScreenMessage, screenMessage } from '../../screen-messages.ts';
import type { Station } from '../../terminals/terminals.ts';
import type { Hold, Loan, Owed } from '../operations.ts';
import { nothingAllowed } from './flags.ts';

/** The data for the messages about a patron (24, 26 and 64). */
export interface PatronView {
  /** The fourteen flags, one character each. */
  readonly flags: string;
  /** The name (AE). */
  readonly name: string;
  /** Whether the card exists (BL). Null if that isn't known now. */
  readonly isValid: boolean | null;
  /** Whether the PIN is right (CQ). Null if there was no PIN, or if that isn't known now. */
  readonly isPinRight: boolean | null;
  /** The number of loans, and their maximum. Null if unknown, or if this terminal may not receive them. */
  readonly charged: number | null;
  readonly chargedLimit: number | null;
  /** Null unless number and PIN are right (R29). */
  readonly own: ReadersOwn | null;
  readonly message: string | null;
  readonly language: Language;
  /** The fields that are sent only to terminals of this terminal's profile. */
  readonly profileFields: readonly Field[];
  readonly isFinal: boolean;
}

/** The data that a station shows to a reader who gives a card number and its PIN. */
export interface ReadersOwn {
  readonly loans: readonly Loan[];
  readonly holds: readonly Hold[];
  /** The total that the reader owes on all cards. Null if it isn't known now. */
  readonly owes: Owed | null;
}

/** An answer without data of a patron. `isValid` is null if it is unknown whether the card exists. */
export function nobody(message: ScreenMessage, isValid: false | null, language: Language): PatronView {
  return {
    flags: nothingAllowed,
    name: '',
    isValid,
    isPinRight: isValid,
    charged: null,
    chargedLimit: null,
    own: null,
    message: screenMessage(message, language),
    language,
    profileFields: [],
    isFinal: isValid !== null,
  };
}

/** The six counts of message 64: holds to collect, overdue loans, loans, fines, recalls, waiting holds. */
export function countsOf({ charged, own }: PatronView): string {
  const ready = own === null ? null : own.holds.filter(isReady).length;
  const overdue = own === null ? null : own.loans.filter((loan) => loan.overdue).length;
  const waiting = own === null ? null : own.holds.length - (ready ?? 0);
  return [ready, overdue, charged, null, null, waiting].map(count).join('');
}

const isReady = ({ state }: Hold): boolean => state === 'READY';

/** The total that the reader owes, such as `12.50` with the currency `HKD`. It is `0.00` if the reader owes nothing. */
export function feesOf({ own }: PatronView): Field[] {
  const owes = own?.owes ?? null;
  return owes === null
    ? []
    : [
        ['BH', owes.currency],
        ['BV', (owes.cents / 100).toFixed(2)],
      ];
}

interface List<Row> {
  readonly id: string;
  readonly rows: (own: ReadersOwn) => readonly Row[];
  readonly title: (row: Row) => string;
  readonly number: (row: Row) => string;
  /** What the list shows if the terminals file doesn't choose between titles and numbers. */
  readonly usual: 'title' | 'number';
}

const ofHolds = {
  title: ({ title }: Hold) => title,
  // A waiting hold has no copy, and a ready hold may have none.
  number: ({ copy, titleNumber }: Hold) => copy?.itemNumber ?? titleNumber,
  usual: 'title',
} as const;
const ofLoans = {
  title: ({ item }: Loan) => item.title,
  number: ({ item }: Loan) => item.itemNumber,
  usual: 'number',
} as const;

const readyHolds: List<Hold> = { id: 'AS', rows: ({ holds }) => holds.filter(isReady), ...ofHolds };
const overdue: List<Loan> = {
  id: 'AT',
  rows: ({ loans }) => loans.filter((loan) => loan.overdue),
  ...ofLoans,
};
const charged: List<Loan> = { id: 'AU', rows: ({ loans }) => loans, ...ofLoans };
const waitingHolds: List<Hold> = {
  id: 'CD',
  rows: ({ holds }) => holds.filter((hold) => !isReady(hold)),
  ...ofHolds,
};

type Choice = Station['lists'];
type TextsOf = (own: ReadersOwn, choice: Choice) => readonly string[];

const chosenFrom =
  <Row>({ rows, title, number, usual }: List<Row>): TextsOf =>
  (own, choice) => {
    const isNumber = choice === null ? usual === 'number' : choice === 'numbers';
    return rows(own).map(isNumber ? number : title);
  };

/**
 * The field id and the texts of each list. A key is the position of the `Y` in the summary of message 63. The library has
 * no recalls, and a station doesn't show what a reader owes money for.
 */
const lists: ReadonlyMap<number, readonly [id: string, textsOf: TextsOf]> = new Map([
  [0, [readyHolds.id, chosenFrom(readyHolds)]],
  [1, [overdue.id, chosenFrom(overdue)]],
  [2, [charged.id, chosenFrom(charged)]],
  [5, [waitingHolds.id, chosenFrom(waitingHolds)]],
]);

/** Whether the requested list contains the numbers of copies that wait for the reader. */
export const needsCopies = (summary: string, choice: Choice): boolean =>
  choice === 'numbers' && summary.indexOf('Y') === 0;

interface ListWish {
  readonly summary: string;
  /** Positions of the first and the last item to list (BP, BQ), from 1. Undefined if the message lacks the field. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  readonly choice: Choice;
}

/** The list that the summary requests, from item `first` to item `last`. */
export function listOf({ own }: PatronView, { summary, first, last, choice }: ListWish): Field[] {
  const list = lists.get(summary.indexOf('Y'));
  if (own === null || list === undefined) {
    return [];
  }
  const [id, textsOf] = list;
  const from = itemIndex(first, 1);
  const to = itemIndex(last, Number.POSITIVE_INFINITY);
  return textsOf(own, choice)
    .slice(from - 1, to)
    .map((text) => [id, text] as const);
}

function itemIndex(text: string | undefined, fallback: number): number {
  const index = text === undefined || !/^\d{1,9}$/.test(text.trim()) ? fallback : Number(text);
  return Math.max(1, index);
}
