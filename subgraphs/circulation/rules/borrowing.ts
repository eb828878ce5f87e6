import type { Credential } from '../../../adapters/credentials/port.ts';
import { isReportedLost } from '../../library/smart-id.ts';
import type { LoanQuota } from './loan-quota.ts';
import type { ProblemCode } from './problems.ts';

/**
 * Whether a patron can borrow by showing this card. A counter may have enrolled a card again that was reported lost.
 * Nothing is lent on such a card (R17).
 * @param patronCards all cards of the patron, even ended ones
 */
export function isInUse(card: Credential, patronCards: readonly Credential[]): boolean {
  const { state, identityNumber, dateOfIssue } = card;
  const isSmartId = identityNumber !== null && dateOfIssue !== null;
  const isLost = isSmartId && isReportedLost({ identityNumber, dateOfIssue }, patronCards);
  return state === 'ACTIVE' && !isLost;
}

/** The facts that decide whether a patron may borrow, for any card and any item. */
export interface BorrowingFacts {
  /** Whether the patron is active in the registry (R15). */
  readonly isActive: boolean;
  readonly cards: readonly Credential[];
  readonly quota: Pick<LoanQuota, 'limit' | 'used' | 'pending'>;
}

/**
 * All reasons against lending to the patron. The list is empty if they may borrow. An unsettled check-out is a reason
 * (`PLACE_PENDING`) only if it holds the last place.
 *
 * Example: for a suspended patron with nine loans and an unsettled check-out, the reasons are `PATRON_NOT_ACTIVE` and
 * `PLACE_PENDING`.
 */
export function reasonsNotToLend({ isActive, cards, quota }: BorrowingFacts): readonly ProblemCode[] {
  const { limit, used, pending } = quota;
  const reasons: ProblemCode[] = [];
  if (!isActive) {
    reasons.push('PATRON_NOT_ACTIVE');
  }
  if (!cards.some((card) => isInUse(card, cards))) {
    reasons.push('NO_CARD_IN_USE');
  }
  if (used >= limit) {
    reasons.push('QUOTA_REACHED');
  } else if (used + pending >= limit) {
    reasons.push('PLACE_PENDING');
  }
  return reasons;
}
