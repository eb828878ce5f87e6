/**
 * The limits of the library's lending rules. The rules take a limit as an argument. Messages, documentation and the
 * quota in the graph are made from these constants, or checked against them.
 */

/** The maximum number of items that a patron may have on loan, on all cards together (R9). */
export const loanLimit = 10;

/** The maximum number of holds that a patron may have, queued and ready, on all cards together (R25). */
export const holdLimit = 10;

/** The maximum number of renewals of one loan (R23). */
export const renewalLimit = 5;

/** The number of days from the day of lending, or of renewal, to the due date (R23). */
export const loanDays = 14;

/** The longest reason for closing a finding, in characters. */
export const maxReason = 500;

/**
 * The maximum number of loans that one operation renews. More would be too large for the journal's `details`, and too
 * many calls for circulation's queue. A patron's quota is smaller (R9), but desks may lend up to circulation's limit on
 * each card.
 */
export const maxRenewedTogether = 100;

/** A number as a sentence writes it: in words up to twelve, and in figures above. `inWords(10)` is `ten`. */
export function inWords(count: number): string {
  return words[count] ?? String(count);
}

const words = [
  'no',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
