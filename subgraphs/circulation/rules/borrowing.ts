import type { LoanQuota } from './loan-quota.ts';
import type { ProblemCode } from './problems.ts';

/** What decides whether a patron may borrow, for any card and any item. */
export interface BorrowingFacts {
  /** Whether the patron is active in the registry (R15). */
  readonly isActive: boolean;
  /** Whether the patron can borrow with one of their cards. */
  readonly hasCardInUse: boolean;
  /** Whether the patron owes more than the limit for lending. False also if the debt is not known (R26). */
  readonly owesTooMuch: boolean;
  readonly quota: Pick<LoanQuota, 'limit' | 'used' | 'pending'>;
}

/**
 * All reasons why the patron may not borrow. Empty if the patron may. An unsettled check-out is a reason
 * (`PLACE_PENDING`) only if it has the last place of the quota.
 *
 * Example: for a suspended patron with nine loans and an unsettled check-out, the reasons are `PATRON_NOT_ACTIVE` and
 * `PLACE_PENDING`.
 */
export function reasonsNotToLend({
  isActive,
  hasCardInUse,
  owesTooMuch,
  quota,
}: BorrowingFacts): readonly ProblemCode[] {
  const { limit, used, pending } = quota;
  const reasons: ProblemCode[] = [];
  if (!isActive) {
    reasons.push('PATRON_NOT_ACTIVE');
  }
  if (!hasCardInUse) {
    reasons.push('NO_CARD_IN_USE');
  }
  if (used >= limit) {
    reasons.push('QUOTA_REACHED');
  } else if (used + pending >= limit) {
    reasons.push('PLACE_PENDING');
  }
  if (owesTooMuch) {
    reasons.push('CHARGES_LIMIT_REACHED');
  }
  return reasons;
}
