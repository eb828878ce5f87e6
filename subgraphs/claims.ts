/** What an operation on a card claims: one at a time for each card, and a check-out is refused meanwhile. */
export const cardKey = (libraryCardNumber: string): string => `card ${libraryCardNumber}`;
