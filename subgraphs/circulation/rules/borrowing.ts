import type { Credential } from '../../../adapters/credentials/port.ts';
import { isReportedLost } from '../../library/smart-id.ts';
import type { LoanQuota } from './loan-quota.ts';
import type { ProblemCode } from './problems.ts';

/**
 * Whether the card lends when it is shown. `patronCards`: all cards of its patron, ended ones too. A counter may have enrolled
 * again a card that was reported lost: nothing is lent on it (R17).
 */
export function isInUse(card: Credential, patronCards: readonly Credential[]): boolean {
  const { state, identityNumber, dateOfIssue } = card;
  const isSmartId = identityNumber !== null && dateOfIssue !== null;
  const isLost = isSmartId && isReportedLost({ identityNumber, dateOfIssue }, patronCards);
  return state === 'ACTIVE' && !isLost;
}

/** What decides whether a patron may borrow, whichever card is shown and whichever item is taken. */
export interface BorrowingFacts {
  /** Whether the registry has the patron as active (R15). */
  readonly isActive: boolean;
  readonly cards: readonly Credential[];
  readonly quota: Pick<LoanQuota, 'limit' | 'used' | 'pending'>;
}

/**
 * Every reason against lending to the patron; empty if they may borrow. An unsettled check-out counts as `PLACE_PENDING` only
 * where it holds the last place.
 *
 * A suspended patron with nine loans and an unsettled check-out: `PATRON_NOT_ACTIVE` and `PLACE_PENDING`.
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
