import { textTable } from '../../platform/commands/text-table.ts';
import type {
  BooksState,
  Discrepancy,
  Finding,
  FindingKind,
  FindingState,
  PatronDiscrepancy,
} from '../../store/journal/port.ts';
import { daysAfter, hongKongInstant } from '../library/calendar.ts';
import type { LeftoverKind } from './before-upgrade.ts';

export const descriptions: Readonly<Record<Discrepancy, string>> = {
  OPERATION_LOST: 'done, and not in the journal',
  DONE_AFTER_REFUSAL: 'done, and was settled as refused',
  DONE_TWICE: 'done more than once',
  DONE_TOO_LATE: 'done too late',
  NOT_DONE: 'stands as done, and was not',
  OVER_LIMIT: 'lent beyond the limit',
  NEVER_SETTLES: 'not settled, and long certain',
  LENT_OFFLINE: 'lent by a station off line, and refused later',
  PAYMENT_LOST: 'in the payment system, and not in the journal',
  PAYMENT_AFTER_REFUSAL: 'in the payment system, and was settled as refused',
  PAYMENT_DIFFERS: 'another amount or change in the payment system, or cancelled there unasked',
  PAYMENT_NOT_DONE: 'stands as done, and is not in the payment system',
};

const descriptionsOfPatrons: Readonly<Record<PatronDiscrepancy, string>> = {
  CARD_NOT_BLOCKED: 'patrons who may still borrow at desks, although nobody should lend on the card',
  CARD_BLOCK_UNKNOWN:
    'cards on which nobody should lend, and of which no event tells whether they are blocked',
  CARD_BLOCKED: 'cards in use that circulation has blocked',
  CARD_NOT_REGISTERED: 'cards in use of which circulation was never told',
  CARD_UNKNOWN: 'cards that circulation has, and card management does not',
  PATRON_UNKNOWN: 'patrons with cards whom the registry does not have',
  IDENTITY_DIFFERS: 'smart identity cards with another number than the registry has',
  TOO_MANY_LOANS: 'patrons with more items than the limit',
  LENT_ON_ENDED_CARD: 'cards on which a desk has lent after their end',
};

export const descriptionsOfLeftovers: Readonly<Record<LeftoverKind, string>> = {
  IDENTITY_DIFFERS: 'the smart identity card has another number than the registry',
  CARD_NOT_BLOCKED: 'suspended or closed, and circulation lends on a card',
  CARD_BLOCK_UNKNOWN: 'suspended or closed, and no event tells whether a card is blocked',
  CLOSED_WITH_HOLDS: 'closed, and has holds',
  CLOSED_WITH_LOANS: 'closed, and has loans',
};

/** A table with the number of open findings of each kind, sorted by the text that describes the kind. */
export function openText(open: ReadonlyMap<FindingKind, number>): string {
  const all: Readonly<Record<FindingKind, string>> = { ...descriptions, ...descriptionsOfPatrons };
  return textTable(
    ['open', 'what'],
    [...open]
      .map(([kind, count]) => [String(count), all[kind]])
      .sort(([, one = ''], [, other = '']) => (one < other ? -1 : 1)),
  );
}

/** A line that tells when payments were compared last. */
export function comparedText({ comparedNight }: Pick<BooksState, 'comparedNight'>): string {
  return comparedNight === null
    ? 'Payments have not been compared with the payment system yet.\n'
    : `Payments were last compared with the payment system in the night of ${daysAfter('1970-01-01', comparedNight)}.\n`;
}

const states: Readonly<Record<FindingState, string>> = {
  OPEN: 'open',
  ACKNOWLEDGED: 'acknowledged',
  CLOSED: 'closed',
  RESOLVED: 'resolved',
};

const headings = ['found at', 'operation', 'what', 'done at', 'event', 'state'];

/** A table with a line of headings, then one line for each finding, in the given order. Times are in Hong Kong time. */
export function tableOf(findings: readonly (Finding & { readonly state: FindingState })[]): string {
  const rows = findings.map(({ foundAt, operationId, discrepancy, at, sequence, state }) => [
    hongKongInstant(foundAt),
    operationId,
    descriptions[discrepancy],
    hongKongInstant(at),
    sequence ?? '-',
    states[state],
  ]);
  return textTable(headings, rows);
}
