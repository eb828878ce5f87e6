import { hmacSha256 } from '../../platform/hmac.ts';
import type { OperationLedger } from './ledger.ts';

/**
 * The lock of an operation that blocks, unblocks or ends a card. Only one such operation at a time can hold it for a
 * card, and no check-out on the card begins meanwhile. Changes of the PIN or the information card have another lock, so
 * that lending and loss reports go on meanwhile (R17).
 */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;

/**
 * The lock on the record, the standing, the cards and the applications of one patron. Without it, two operations could
 * each be checked against the rules before the other's change is made.
 */
export const applicantKey = (patronId: string): string => `applicant ${patronId}`;

/**
 * The lock on one identity document. It has an HMAC of the number, because identity numbers are not stored in locks
 * (R30).
 */
export function documentKey(
  { fingerprintKey }: Pick<OperationLedger, 'fingerprintKey'>,
  number: string,
): string {
  return `document ${hmacSha256(fingerprintKey).update(number).digest('base64url')}`;
}

/**
 * The lock of a renewal. Only one renewal of a loan is sent at a time. The key contains the patron, so that nobody can
 * block another patron's renewal.
 */
export const renewalKey = (patronId: string, loanId: string): string => `renewal ${patronId} ${loanId}`;
