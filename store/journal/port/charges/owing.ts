/** One change of the payment system: its sequence number, and the payment system's time of it. */
export interface OwingPosition {
  readonly sequence: bigint;
  readonly at: Date;
}

/** What a patron owes, by the payment system's word. */
export interface Owed {
  /** What is outstanding, in cents: at least 1. */
  readonly cents: number;
  /** The number of charges with something outstanding. */
  readonly charges: number;
  /** When the oldest of these charges was raised. */
  readonly since: Date;
}

/** A patron's row in the index. `key` identifies the patron without telling the number. */
export interface OwingPatron extends Owed {
  readonly patronId: string;
  readonly key: string;
}

/** Which patrons to list. */
export interface OwingFilter {
  /** At least so much is outstanding, in cents. */
  readonly minCents: number;
  /** The oldest charge was raised at this time or before. Null for any time. */
  readonly sinceUntil: Date | null;
}

export type OwingOrder = 'MOST_FIRST' | 'LONGEST_FIRST';

/** What is known of the index. */
export interface OwingState {
  /** How long ago the index had everything, in ms. Null until it had everything once. */
  readonly ageMs: number | null;
  /** The oldest change that the index was made of. Null if there was none. */
  readonly oldestAt: Date | null;
  /** The last change that was read. Null if none was read yet, or if all changes are read anew. */
  readonly last: OwingPosition | null;
}

/**
 * The index of patrons who owe something. It is not the truth: the payment system is. One process follows the payment
 * system's list of changes. A change marks its patron, and the patron's account is read again. What a follower writes
 * has no effect once another process has its lease. The methods reject like those of `Journal`.
 */
export interface Owing {
  /**
   * Takes the lease for `leaseMs`, or renews it. Resolves to the last change that was read, null inside if there is
   * none. Resolves to null while another process follows.
   */
  followOwing(follower: string, leaseMs: number): Promise<{ readonly last: OwingPosition | null } | null>;
  leaveOwing(follower: string): Promise<void>;
  /** Marks the patrons (0 to 500) and saves the position, in one transaction. False if the lease is lost. */
  saveOwingChanges(
    follower: string,
    changes: { readonly oldestAt: Date; readonly last: OwingPosition; readonly patronIds: readonly string[] },
  ): Promise<boolean>;
  /** Forgets the position, and marks every patron in the index. */
  restartOwing(follower: string): Promise<void>;
  /** The marked patrons after a key, in the order of the keys: at most `maxItems` (1 to 500). `after` is null at first. */
  markedOwing(
    after: string | null,
    maxItems: number,
  ): Promise<readonly Pick<OwingPatron, 'patronId' | 'key'>[]>;
  /**
   * Saves what these patrons (1 to 500) owe, and removes their marks. Null for a patron who owes nothing. A patron who
   * was erased meanwhile stays out. False if the lease is lost.
   */
  saveOwed(
    follower: string,
    accounts: readonly { readonly patronId: string; readonly owed: Owed | null }[],
  ): Promise<boolean>;
  /** Notes that the index had everything so many ms ago. */
  owingApplied(follower: string, agoMs: number): Promise<void>;
  owingState(): Promise<OwingState>;
  /** A page of the list, after the row before it: at most `maxItems` (1 to 500). */
  owingPatrons(
    filter: OwingFilter,
    order: OwingOrder,
    after: Pick<OwingPatron, 'cents' | 'since' | 'key'> | null,
    maxItems: number,
  ): Promise<readonly OwingPatron[]>;
  countOwing(filter: OwingFilter): Promise<number>;
  /** What the index says that these patrons (1 to 500) owe in all, in cents. */
  centsOwed(patronIds: readonly string[]): Promise<number>;
}
