/** A resource limited per patron: loans or holds. */
export type PlaceKind = 'LOAN' | 'HOLD';

/**
 * A number of one patron that grows by one with each place that is settled as done. If two records are merged, the
 * staying record gets the higher of both epochs. An epoch never decreases.
 * Example: a patron without any lending has epoch 0. After one loan that was settled as done, the epoch is 1.
 */
export type Epoch = bigint;

/** A place that an operation holds while it is unsettled, or that has become a loan or a hold. */
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
  /**
   * Places of unsettled operations. Each may be a loan or a hold already, may become one later, or may never become
   * one.
   */
  readonly unsettled: readonly Place[];
  /** Places that were settled as done since the given epoch, or within the given time. */
  readonly doneSince: readonly Place[];
  /**
   * Places of refused operations whose requests were sent, and may be delivered again. They are held until another
   * delivery is impossible.
   */
  readonly uncertain: readonly Place[];
}

/** The places of one patron at one moment, and the records that were merged with the patron's record. */
export interface PlacesNow {
  /** All places that were settled as done up to this epoch had been applied in the legacy system by that moment. */
  readonly epoch: Epoch;
  /**
   * Ids of the operations that hold a place: unsettled operations, and refused operations whose refusal is not certain
   * yet.
   */
  readonly holders: readonly string[];
  /** The records that were merged into this record. Their cards count, too, and must be read. */
  readonly mergedFrom: readonly string[];
  /** The record that this record was merged into. Null if it was not merged. A merged record gets no place. */
  readonly mergedInto: string | null;
}

export interface PlaceRequest {
  readonly patronId: string;
  readonly kind: PlaceKind;
  readonly libraryCardNumber: string;
  readonly subject: string;
  /**
   * The epoch that was read before the loans (or holds) were read. `doneSince` contains the places that were settled as
   * done after this epoch.
   */
  readonly since: Epoch;
  /** The merged records (`PlacesNow`) whose cards were read. Other records may have been merged since then. */
  readonly mergedFrom: readonly string[];
  /** The operation may be sent for this many milliseconds from now. */
  readonly sendWithinMs: number;
  /**
   * The time after `sendWithinMs` in which a sent request arrives, if it arrives, in ms. The journal adds the drop time.
   */
  readonly arriveWithinMs: number;
  /** Milliseconds until `takeDue` may give the operation to a reconciler. */
  readonly reconcileAfterMs: number;
}
