import type { Language } from '../../../graph/client.ts';
import { count, type Field } from '../../protocol/response.ts';
import { type ScreenMessage, screenMessage } from '../../screen-messages.ts';
import type { Hold, Loan } from '../operations.ts';
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
  /** The number of loans, and the maximum. Null if not known, or if this terminal may not know. */
  readonly charged: number | null;
  readonly chargedLimit: number | null;
  /** Null unless number and PIN are right (R29). */
  readonly own: { readonly loans: readonly Loan[]; readonly holds: readonly Hold[] } | null;
  readonly message: string | null;
  readonly language: Language;
  /** The fields that only the terminal's profile has. */
  readonly profileFields: readonly Field[];
  readonly isFinal: boolean;
}

/** The view of a card about which nothing is revealed. `isValid` is null if the graph could not tell. */
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

/**
 * The fields of each list. A key is the position of the `Y` in the summary of message 63. The library has no fines and
 * no recalls.
 */
const lists: ReadonlyMap<
  number,
  readonly [id: string, texts: (own: NonNullable<PatronView['own']>) => readonly string[]]
> = new Map([
  [0, ['AS', ({ holds }) => holds.filter(isReady).map(({ title }) => title)]],
  [1, ['AT', ({ loans }) => loans.filter(({ overdue }) => overdue).map(({ item }) => item.itemNumber)]],
  [2, ['AU', ({ loans }) => loans.map(({ item }) => item.itemNumber)]],
  [5, ['CD', ({ holds }) => holds.filter((hold) => !isReady(hold)).map(({ title }) => title)]],
]);

/** The list that the summary asks for, from item `first` to item `last`. The first item is number 1. */
export function listOf(
  { own }: PatronView,
  summary: string,
  first: string | undefined,
  last: string | undefined,
): Field[] {
  const list = lists.get(summary.indexOf('Y'));
  if (own === null || list === undefined) {
    return [];
  }
  const [id, textsOf] = list;
  const from = itemIndex(first, 1);
  const to = itemIndex(last, Number.POSITIVE_INFINITY);
  return textsOf(own)
    .slice(from - 1, to)
    .map((text) => [id, text] as const);
}

function itemIndex(text: string | undefined, fallback: number): number {
  const index = text === undefined || !/^\d{1,9}$/.test(text.trim()) ? fallback : Number(text);
  return Math.max(1, index);
}
