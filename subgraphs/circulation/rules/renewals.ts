import type { Loan } from '../../../adapters/circulation/port.ts';
import { daysAfter } from '../../library/calendar.ts';
import { loanDays, renewalLimit } from './limits.ts';

/** Renewals that a loan has left (R23), 0 or more: a desk may have renewed it more often. */
export function renewalsLeft({ renewals }: Pick<Loan, 'renewals'>, limit = renewalLimit): number {
  return Math.max(0, limit - renewals);
}

/** The due date of a loan that is renewed on `today`. Days in Hong Kong, `YYYY-MM-DD`. */
const dueAfterRenewal = (today: string): string => daysAfter(today, loanDays);

/**
 * Whether a renewal on that day would use up a renewal and leave the due date where it is (R23). False for a loan without
 * renewals left: circulation refuses that one as `NO_RENEWALS_LEFT`.
 *
 * A loan that is due on 9 December, on 25 November: renewed, it would be due on 9 December, so nothing is gained. On
 * 26 November a renewal gains a day.
 */
export function hasNothingToGain(loan: Pick<Loan, 'renewals' | 'dueOn'>, today: string): boolean {
  return renewalsLeft(loan) > 0 && loan.dueOn >= dueAfterRenewal(today);
}

/** True from the day after the due date (R23). `today` is a day in Hong Kong. */
export function isOverdue({ dueOn }: Pick<Loan, 'dueOn'>, today: string): boolean {
  return dueOn < today;
}

/**
 * The key by which loans are sorted soonest due first (R24), always in the same order. Keys compare by code units, as ISO
 * dates and numbers of one length do.
 */
export const dueOrder = ({ dueOn, checkedOutAt, id }: Loan): string => `${dueOn} ${checkedOutAt} ${id}`;
