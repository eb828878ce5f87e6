/**
 * The lock of an operation that blocks, unblocks or ends a card. Only one such operation at a time can hold it for a
 * card, and no check-out on the card begins meanwhile. Changes of only the PIN or the information card have another
 * lock, because they must prevent neither lending nor the report of a loss (R17).
 */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;

/**
 * The lock of a renewal. Of several concurrent renewals of a loan, only one at a time is sent. The key contains the
 * patron, so that nobody can block another patron's renewal.
 */
export const renewalKey = (patronId: string, loanId: string): string => `renewal ${patronId} ${loanId}`;
