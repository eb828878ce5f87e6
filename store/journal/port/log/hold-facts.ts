/** The open holds of a card, from a reading that the index is about to save. */
export interface HoldsOfCard {
  readonly libraryCardNumber: string;
  readonly holds: readonly ToldHold[];
}

/**
 * What the log stores of a hold to notice its changes. The row's key is the hold's keyed digest. It also contains the
 * digest of the hold's card.
 */
export interface ToldHold {
  readonly id: string;
  readonly state: 'QUEUED' | 'READY';
  readonly pickupBranch: string;
  /** The last day on the shelf, `YYYY-MM-DD`. Null if the hold is not ready, or has no last day. */
  readonly readyUntil: string | null;
}

export interface CardHold extends ToldHold {
  readonly libraryCardNumber: string;
}
