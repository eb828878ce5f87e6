/**
 * The limits of the library's lending rules. The rules take a limit as an argument; messages, documentation and the quota
 * that the graph shows are built from, or checked against, these constants, so that one line changes a limit.
 */

/** Items that a patron may have on loan, on all cards together (R9). */
export const loanLimit = 10;

/** Reservations that a patron may have, queued and ready, on all cards together (R25). */
export const holdLimit = 10;

/** Renewals of one loan (R23). */
export const renewalLimit = 5;

/** Days from the day of lending, or of renewal, to the due date (R23). */
export const loanDays = 14;

/** A limit as a sentence says it: in words up to twelve, then in figures. `inWords(10)` is `ten`. */
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

/** The same at the beginning of a sentence: `Ten`. */
export function inWordsCapitalized(count: number): string {
  const text = inWords(count);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
