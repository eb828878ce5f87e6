/** The numbers of rows that an erasure has removed or made unreadable. */
export interface Erased {
  /**
   * The number of removed operations. As after any removal, their id, kind, state and times are kept until 100 days
   * after they were settled.
   */
  readonly operations: number;
  /** The number of removed deliveries. A notice has a delivery for each endpoint that has not received it. */
  readonly notices: number;
  readonly findings: number;
}

/**
 * The result of an erasure. `open`: nothing was erased, because this many of the patron's operations may still change.
 */
export type ErasureOutcome =
  | { readonly kind: 'erased'; readonly erased: Erased }
  | { readonly kind: 'open'; readonly operations: number };

/** The erasure of a patron (decision 49). Its methods reject like the methods of `Journal`. */
export interface Erasure {
  /**
   * Erases the journal's data about a patron in one transaction. `patronIds` (1 to 500) are the records of this person.
   * Removes operations, notices and findings. Destroys the patron's keys, so that nobody can open or find the audit's
   * entries about the patron. The operation `exceptId` stays, because it carries out the erasure. Resolves to `open`
   * while another operation of the patron, or a child of it, is unsettled, holds a place, or must be reconciled again.
   * Safe to repeat. The patron's merges and blocked cards (`StandingBlocks`) are kept, because the closing of a patron
   * can be undone.
   */
  erase(patronIds: readonly string[], exceptId: string): Promise<ErasureOutcome>;
}
