/** A resource limited per patron: loans or holds. */
export type PlaceKind = 'LOAN' | 'HOLD';

/**
 * A number of a patron that grows by one whenever a place is settled as done. It never decreases. If two records are
 * merged, the staying record gets the higher of both epochs.
 */
export type Epoch = bigint;

/**
 * A loan or a hold that an operation reserves for a patron before it sends the request. It counts towards the patron's
 * limit while the outcome is unknown.
 */
export interface Place {
  readonly operationId: string;
  readonly libraryCardNumber: string;
  /** The number of the item (a loan) or of the title (a hold). */
  readonly subject: string;
}

export interface PatronPlace extends Place {
  readonly patronId: string;
  readonly kind: PlaceKind;
}

/**
 * The places of one patron that a reading of the legacy systems may have missed.
 * Example: eight loans were read. `unsettled` contains one place, and `doneSince` contains one place that is not among
 * the eight loans. So the patron has nine or ten loans.
 */
export interface Places {
  /** Places of unsettled operations. Whether each is, or will become, a loan or hold is not known. */
  readonly unsettled: readonly Place[];
  /**
   * Places of operations that were done since the given epoch, or within the given time. Each has become a loan or
   * hold.
   */
  readonly doneSince: readonly Place[];
  /**
   * Places of refused operations that may still become a loan or hold, because their request was sent and may be
   * delivered again.
   */
  readonly uncertain: readonly Place[];
}

/** The places of one patron at one moment, and the records that were merged with the patron's record. */
export interface PlacesNow {
  /**
   * A legacy system that is read after `placesNow` shows the loans and holds of all places that were done up to this
   * epoch.
   */
  readonly epoch: Epoch;
  /**
   * Ids of the operations whose place still counts: they are unsettled, or they are refused and the refusal is not
   * certain yet.
   */
  readonly holders: readonly string[];
  /** The records that were merged into this record. Their cards count, too, and must be read. */
  readonly mergedFrom: readonly string[];
  /**
   * The record that this record was merged into. Null if it was not merged. Nothing can be reserved for a merged
   * record.
   */
  readonly mergedInto: string | null;
}

export interface PlaceRequest {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  readonly subject: string;
  /**
   * The epoch that the caller read before it read the loans (or holds). The caller may have missed places that were
   * settled as done after this epoch. So `decide` gets these places in `doneSince`.
   */
  readonly since: Epoch;
  /**
   * The merged records (`PlacesNow.mergedFrom`) whose cards the caller has read. If another record was merged
   * meanwhile, the result is `merged`.
   */
  readonly mergedFrom: readonly string[];
  /** The operation may be sent for this many milliseconds from now. */
  readonly sendWithinMs: number;
  /**
   * The longest time in ms that a request takes to arrive, if it arrives. The journal adds this time and circulation's
   * drop time to `sendWithinMs`, which gives `certainAt`.
   */
  readonly arriveWithinMs: number;
  /** Milliseconds until `takeDue` may give the operation to a reconciler. */
  readonly reconcileAfterMs: number;
}
