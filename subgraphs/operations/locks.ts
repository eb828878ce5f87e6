/** The lock of an operation on a card: one operation at a time for each card, and no check-out on it meanwhile. */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;

/** The lock of a renewal: of concurrent ones, one at a time is sent. It names the patron, so nobody can block another's. */
export const renewalKey = (patronId: string, loanId: string): string => `renewal ${patronId} ${loanId}`;
