import type { Loan } from '../../adapters/circulation/port.ts';

/** Ten items a patron, whichever card is shown (R9). */
const loanLimit = 10;
/** R23. */
const renewalLimit = 5;

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
 * Counts loans by card, closed cards too (R9, R16). `pending` are check-outs not yet settled: each holds a place.
 * Where desks lent more than the limit, nothing remains, and nothing goes negative.
 */
export function countQuota(
  loansByCard: ReadonlyMap<string, readonly Loan[]>,
  pending: number,
  asOf: string,
): LoanQuota {
  const byCredential = [...loansByCard].map(([libraryCardNumber, loans]) => ({
    credential: { libraryCardNumber },
    used: loans.length,
  }));
  const used = byCredential.reduce((total, card) => total + card.used, 0);
  return {
    limit: loanLimit,
    used,
    pending,
    remaining: Math.max(0, loanLimit - used - pending),
    byCredential,
    asOf,
  };
}

/** Overdue from the day after the day it is due. Days in Hong Kong. */
export function isOverdue(loan: Loan, today: string): boolean {
  return loan.dueOn < today;
}

/** Of the five that R23 allows; never below zero. */
export function renewalsLeft(loan: Loan): number {
  return Math.max(0, renewalLimit - loan.renewals);
}
