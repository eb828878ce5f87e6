/** The open holds of a card, as the index has saved them. */
export interface HoldsOfCard {
  readonly libraryCardNumber: string;
  readonly holds: readonly ToldHold[];
}

/** What is told of a hold. Stored by its keyed digest, with the digest of its card. */
export interface ToldHold {
  readonly id: string;
  readonly state: 'QUEUED' | 'READY';
  readonly pickupBranch: string;
  /** The last day on the shelf, `YYYY-MM-DD`. Null if the hold is not ready, or has no last day. */
  readonly readyUntil: string | null;
}

/** A hold, with its card. */
export interface CardHold extends ToldHold {
  readonly libraryCardNumber: string;
}
