import type { Loan } from '../../../adapters/circulation/port.ts';
import { daysAfter } from '../../library/calendar.ts';
import { loanDays, renewalLimit } from './limits.ts';

/**
 * The number of renewals that a loan has left (R23). It is 0 if a desk has renewed the loan more often than the limit.
 */
export function renewalsLeft({ renewals }: Pick<Loan, 'renewals'>, limit = renewalLimit): number {
  return Math.max(0, limit - renewals);
}

/** The due date of a loan that is renewed on `today`. Both are days in Hong Kong, `YYYY-MM-DD`. */
const dueAfterRenewal = (today: string): string => daysAfter(today, loanDays);

/**
 * Whether a renewal on this day would use up a renewal without changing the due date (R23). False if no renewals are
 * left: circulation then refuses with `NO_RENEWALS_LEFT`.
 *
 * Example: a loan is due on 9 December. If it is renewed on 25 November, it is still due on 9 December, so nothing is
 * gained. A renewal on 26 November gains a day.
 */
export function hasNothingToGain(loan: Pick<Loan, 'renewals' | 'dueOn'>, today: string): boolean {
  return renewalsLeft(loan) > 0 && loan.dueOn >= dueAfterRenewal(today);
}

/** Whether the loan is overdue: from the day after the due date (R23). `today` is a day in Hong Kong. */
export function isOverdue({ dueOn }: Pick<Loan, 'dueOn'>, today: string): boolean {
  return dueOn < today;
}

/**
 * The sort key of a loan: the loan that is due soonest comes first, and the order is always the same (R24). Keys are
 * compared by code units, which is right for ISO dates and for numbers of one length.
 */
export const dueOrder = ({ dueOn, checkedOutAt, id }: Loan): string => `${dueOn} ${checkedOutAt} ${id}`;
