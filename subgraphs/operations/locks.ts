/** What an operation on a card claims: one at a time for each card, and a check-out is refused meanwhile. */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;

/** What a renewal claims, so that of several at once no two are sent. It names the patron: nobody holds up another's. */
export const renewalKey = (patronId: string, loanId: string): string => `renewal ${patronId} ${loanId}`;
