/** The merges of one record. */
export interface PatronMerges {
  /** The record that this one was merged into. Null if it was not merged. */
  readonly into: string | null;
  /** The records that were merged into this one. The cards of all of them have one quota. */
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
 * - `STAYING_MERGED`: the staying record was itself merged into another.
 * - `OTHERS_MERGED`: another record was merged into the leaving one.
 */
export type MergeRefusal = 'LEAVING_MERGED' | 'STAYING_MERGED' | 'OTHERS_MERGED';

/**
 * Records that were merged. Their cards stay with the record that they were issued to, and so do their loans. From the
 * merge on, all of them count in the quota of the record that stays, and the record that leaves gets no place. There are
 * no chains: a record that others were merged into is never merged itself. The methods reject like those of `Journal`.
 */
export interface MergedPatrons {
  /**
   * Merges two records, in one transaction, which excludes reservations of both. An operation may repeat its merge.
   * Resolves to null if they are merged.
   * Example: of two reservations that have read nine loans, one commits before the merge and counts. The other finds a
   * merge that it has not read, and reads again.
   */
  mergePatrons(merge: PatronMerge): Promise<MergeRefusal | null>;
  /** The merges of each patron, in the order and length of `patronIds` (any number). */
  mergesOf(patronIds: readonly string[]): Promise<readonly PatronMerges[]>;
  /**
   * The merges whose leaving record is not closed yet, after the given position, at most `maxItems` (1 to 500). Null
   * begins with the first, in a constant order.
   */
  openMerges(
    after: string | null,
    maxItems: number,
  ): Promise<readonly { readonly position: string; readonly merge: PatronMerge }[]>;
  /** Notes that the leaving record was closed. */
  closeMerge(leavingId: string): Promise<void>;
}
