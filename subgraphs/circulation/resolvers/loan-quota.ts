import type { Loan } from '../../../adapters/circulation/port.ts';
import type { Place, Places } from '../../../adapters/journal/port.ts';
import { daysAfter } from '../../library/calendar.ts';
import { loanLimit, unshown } from '../rules/quota.ts';

/** R23. */
const renewalLimit = 5;
/** A renewed loan is due so many days after the day of renewal (R23). */
const renewalDays = 14;

/** One quota over all of a patron's cards. */
export interface LoanQuota {
  readonly limit: number;
  readonly used: number;
  readonly pending: number;
  readonly remaining: number;
  readonly byCredential: readonly {
    readonly credential: { readonly libraryCardNumber: string };
    readonly used: number;
  }[];
  readonly asOf: string;
}

/**
 * Counts loans by card, closed cards too (R9, R16), and the patron's places that are not among them: what was done since is
 * used, what is not settled is pending and holds a place. Where desks lent more than the limit, nothing remains, and nothing
 * goes negative.
 */
export function countQuota(
  loansByCard: ReadonlyMap<string, readonly Loan[]>,
  places: Places,
  asOf: string,
): LoanQuota {
  const { done, pending } = unshown([...loansByCard.values()].flat(), places);
  const isOn = (number: string) => (place: Place) => place.libraryCardNumber === number;
  const cards = new Set([...loansByCard.keys(), ...done.map(({ libraryCardNumber }) => libraryCardNumber)]);
  const byCredential = [...cards].map((libraryCardNumber) => ({
    credential: { libraryCardNumber },
    used: (loansByCard.get(libraryCardNumber)?.length ?? 0) + done.filter(isOn(libraryCardNumber)).length,
  }));
  const used = byCredential.reduce((total, card) => total + card.used, 0);
  return {
    limit: loanLimit,
    used,
    pending: pending.length,
    remaining: Math.max(0, loanLimit - used - pending.length),
    byCredential,
    asOf,
  };
}

/** Sorts loans soonest due first, and always the same way. By code units: ISO dates and numbers of one length sort so. */
export const dueOrder = ({ dueOn, checkedOutAt, id }: Loan): string => `${dueOn} ${checkedOutAt} ${id}`;

/** Overdue from the day after the day it is due. Days in Hong Kong. */
export function isOverdue(loan: Loan, today: string): boolean {
  return loan.dueOn < today;
}

/**
 * Whether a renewal on that day would cost one of the five and leave the due date where it is (R23). Of a loan that has none
 * left circulation says so. `today` is a day in Hong Kong.
 */
export function hasNothingToGain(loan: Loan, today: string): boolean {
  return renewalsLeft(loan) > 0 && loan.dueOn >= daysAfter(today, renewalDays);
}

/** Of the five that R23 allows; never below zero. */
export function renewalsLeft(loan: Loan): number {
  return Math.max(0, renewalLimit - loan.renewals);
}
