/** The open holds of a card, from a reading that the index is about to save. */
export interface HoldsOfCard {
  readonly libraryCardNumber: string;
  readonly holds: readonly ToldHold[];
}

/**
 * What the log stores of a hold, to notice its changes. The stored row also contains the keyed digests of the hold and
 * of its card.
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
