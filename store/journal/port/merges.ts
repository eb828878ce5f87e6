export interface PatronMerges {
  /** The record that the patron's record was merged into. Null if it was not merged. */
  readonly into: string | null;
  /** The records that were merged into the patron's record. The cards of all these records have one quota. */
  readonly from: readonly string[];
}

/** Two records of one person: `leavingId` was merged into `stayingId`. */
export interface PatronMerge {
  readonly leavingId: string;
  readonly stayingId: string;
  /** The operation that merged the two records. */
  readonly operationId: string;
}

/**
 * The reason why two records can't be merged:
 * - `LEAVING_MERGED`: another operation has merged the leaving record.
 * - `STAYING_MERGED`: the staying record was itself merged into another record.
 * - `OTHERS_MERGED`: another record was merged into the leaving one.
 */
export type MergeRefusal = 'LEAVING_MERGED' | 'STAYING_MERGED' | 'OTHERS_MERGED';

/**
 * Records that were merged. Cards and loans stay with the record to which the cards were issued. But from the merge on,
 * all loans count in the staying record's quota. No place can be reserved for the leaving record. There are no chains:
 * a record that others were merged into is never merged itself. The methods reject like the methods of `Journal`.
 */
export interface MergedPatrons {
  /**
   * Merges two records in one transaction. While it runs, nothing can be reserved for either record. An operation may
   * repeat its merge. Resolves to null if the records are merged.
   * Example: a reservation has read nine loans, and the merge commits. The reservation gets `merged`, and reads again.
   */
  mergePatrons(merge: PatronMerge): Promise<MergeRefusal | null>;
  /** The merges of each patron. Same order and length as `patronIds` (any number). */
  mergesOf(patronIds: readonly string[]): Promise<readonly PatronMerges[]>;
  /**
   * The merges whose leaving record is not closed yet, after the given position, at most `maxItems` (1 to 500). Null
   * begins with the first. The order of merges doesn't change.
   */
  openMerges(
    after: string | null,
    maxItems: number,
  ): Promise<readonly { readonly position: string; readonly merge: PatronMerge }[]>;
  /** Records that the leaving record was closed. */
  closeMerge(leavingId: string): Promise<void>;
}
