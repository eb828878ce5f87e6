/**
 * The lock of an operation that blocks, unblocks or ends a card: one at a time for each card, and no check-out on it meanwhile.
 * What changes no more than the card's PIN or its printed paper has another, so that it stops neither lending nor the report of
 * a loss (R17).
 */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;

/** The lock of a renewal: of concurrent ones, one at a time is sent. It names the patron, so nobody can block another's. */
export const renewalKey = (patronId: string, loanId: string): string => `renewal ${patronId} ${loanId}`;
