/** The open holds of a card, from a reading that the index is about to save. */
export interface HoldsOfCard {
  readonly libraryCardNumber: string;
  readonly holds: readonly ToldHold[];
}

/** The data of a hold whose changes are logged. It is stored under the hold's keyed digest, with its card's digest. */
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
