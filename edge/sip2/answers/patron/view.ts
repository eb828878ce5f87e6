import type { Language } from '../../../graph/client.ts';
import { count, type Field } from '../../protocol/response.ts';
import { type ScreenMessage, screenMessage } from '../../screen-messages.ts';
import type { Hold, Loan } from '../operations.ts';
import { nothingAllowed } from './flags.ts';

/** What a message about a patron tells (24, 26 and 64). */
export interface PatronView {
  /** The fourteen flags. */
  readonly flags: string;
  /** The name (AE). */
  readonly name: string;
  /** Whether the card is known (BL); null: not known now. */
  readonly isValid: boolean | null;
  /** Whether the PIN is right (CQ); null where none was given, or where that isn't known. */
  readonly isPinRight: boolean | null;
  /** Items on loan, and the most that may be. Null: unknown, or not for this terminal. */
  readonly charged: number | null;
  readonly chargedLimit: number | null;
  /** Null unless number and PIN were right (R29). */
  readonly own: { readonly loans: readonly Loan[]; readonly holds: readonly Hold[] } | null;
  readonly message: string | null;
  readonly language: Language;
  /** Fields of the terminal's own profile. */
  readonly profileFields: readonly Field[];
  readonly isFinal: boolean;
}

/** The view of a card of which nothing is told. `isValid`: null where the graph could not say. */
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

/** The six counts of 64: holds to collect, overdue, charged, fines, recalls, holds that wait. */
export function countsOf({ charged, own }: PatronView): string {
  const ready = own === null ? null : own.holds.filter(isReady).length;
  const overdue = own === null ? null : own.loans.filter((loan) => loan.overdue).length;
  const waiting = own === null ? null : own.holds.length - (ready ?? 0);
  return [ready, overdue, charged, null, null, waiting].map(count).join('');
}

const isReady = ({ state }: Hold): boolean => state === 'READY';

/** The fields of a list, by the index of the `Y` in the summary of 63. The library has no fines and no recalls. */
const lists: ReadonlyMap<
  number,
  readonly [id: string, texts: (own: NonNullable<PatronView['own']>) => readonly string[]]
> = new Map([
  [0, ['AS', ({ holds }) => holds.filter(isReady).map(({ title }) => title)]],
  [1, ['AT', ({ loans }) => loans.filter(({ overdue }) => overdue).map(({ item }) => item.itemNumber)]],
  [2, ['AU', ({ loans }) => loans.map(({ item }) => item.itemNumber)]],
  [5, ['CD', ({ holds }) => holds.filter((hold) => !isReady(hold)).map(({ title }) => title)]],
]);

/** The one list that the summary asks for, from item `first` to item `last`, the first being 1. */
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
