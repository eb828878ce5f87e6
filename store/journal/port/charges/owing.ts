import type { AccountChange } from './account-news.ts';
import type { BooksState, PaymentEffect } from './payment-books.ts';

/**
 * The position of a change in the payment system's list of changes: its number, and its time by the payment system's
 * clock.
 */
export interface OwingPosition {
  readonly sequence: bigint;
  readonly at: Date;
}

/** The amount that a patron owes, as the payment system reports it. */
export interface Owed {
  /** The outstanding amount, in cents: at least 1. */
  readonly cents: number;
  /** The number of charges with an outstanding amount. */
  readonly charges: number;
  /** The time at which the oldest of these charges was raised. */
  readonly since: Date;
}

/** A patron who owes something, as the index contains it. `key` identifies the patron without revealing the number. */
export interface OwingPatron extends Owed {
  readonly patronId: string;
  readonly key: string;
}

/** The total that several patrons owe according to the index. */
export interface OwedSum {
  /** The total that these patrons owe, in cents. Some accounts may be missing in it (`isPartial`). */
  readonly cents: number;
  /**
   * Whether an account is missing in the total, because it changed a minute ago or earlier, and has not been read
   * since.
   */
  readonly isPartial: boolean;
}

export interface OwingFilter {
  /** The minimum outstanding amount, in cents. */
  readonly minCents: number;
  /** Only patrons whose oldest charge was raised at this time or earlier. Null for all patrons. */
  readonly sinceUntil: Date | null;
}

export type OwingOrder = 'MOST_FIRST' | 'LONGEST_FIRST';

/** A page of the payment system's list of changes. */
export interface OwingPage {
  /** The time of the oldest change on the page. `last` is the position of the last change. */
  readonly oldestAt: Date;
  readonly last: OwingPosition;
  /** The patrons whose accounts must be read. */
  readonly patronIds: readonly string[];
  /** The changes to write to the log and, if they have a notice, to the news. In the order of the list. */
  readonly changes: readonly AccountChange[];
  /** The changes that one of our operations may have made (0 to 500). */
  readonly effects: readonly PaymentEffect[];
  /** Whether the list has no more changes. */
  readonly isEnd: boolean;
}

export interface OwingState {
  /** The time since the index was last complete, in ms. Null if it was never complete. */
  readonly ageMs: number | null;
  /** The time of the oldest change that the index was built from. Null if there was none. */
  readonly oldestAt: Date | null;
  /** The last change that was read. Null if none was read yet, or if all changes must be read again. */
  readonly last: OwingPosition | null;
}

/**
 * The index of patrons who owe something. The payment system, not the index, is the source of truth. One process,
 * the follower, reads the payment system's list of changes. A change marks the patron whose account it concerns, and
 * the account is then read again. After another process has taken the lease, writes of the former follower have no
 * effect. The methods reject like the methods of `Journal`.
 */
export interface Owing {
  /**
   * Takes the lease for `leaseMs`, or renews it. Resolves to null while another process has the lease. Otherwise `last`
   * is the last change that was read, or null if there is none.
   */
  followOwing(
    follower: string,
    leaseMs: number,
  ): Promise<{ readonly last: OwingPosition | null; readonly books: BooksState } | null>;
  leaveOwing(follower: string): Promise<void>;
  /**
   * Saves a page in one transaction: marks its patrons (0 to 500), writes its changes (0 to 500) to the log and to the
   * news, keeps its effects, and saves the position. Until the end of the list is first reached, changes are neither
   * logged nor news, because they may be up to 400 days old. Resolves to false if the lease is lost.
   */
  saveOwingChanges(follower: string, page: OwingPage): Promise<boolean>;
  /**
   * Forgets the position and all effects, and marks every patron in the index, so that everything is read again. The
   * effects are then compared with the operations again.
   */
  restartOwing(follower: string): Promise<void>;
  /**
   * Patrons whose account must be read again (marked patrons), after the key `after`, in the order of the keys. Null
   * begins with the first. At most `maxItems` (1 to 500).
   */
  markedOwing(
    after: string | null,
    maxItems: number,
  ): Promise<readonly Pick<OwingPatron, 'patronId' | 'key'>[]>;
  /**
   * Saves the amounts that these patrons (1 to 500) owe, and removes their marks. An amount is null for a patron who
   * owes nothing. A patron who was erased meanwhile is left out. Resolves to false if the lease is lost.
   */
  saveOwed(
    follower: string,
    accounts: readonly { readonly patronId: string; readonly owed: Owed | null }[],
  ): Promise<boolean>;
  /** Records that the index was complete `agoMs` ago: all changes up to then had been applied. */
  owingApplied(follower: string, agoMs: number): Promise<void>;
  owingState(): Promise<OwingState>;
  /**
   * A page of the patrons who owe something, after the last row of the previous page. At most `maxItems` (1 to 500).
   */
  owingPatrons(
    filter: OwingFilter,
    order: OwingOrder,
    after: Pick<OwingPatron, 'cents' | 'since' | 'key'> | null,
    maxItems: number,
  ): Promise<readonly OwingPatron[]>;
  countOwing(filter: OwingFilter): Promise<number>;
  /** The number of patrons whose account changed a minute ago or earlier, and has not been read since. */
  countUnreadOwing(): Promise<number>;
  /** The total that these patrons (1 to 500) owe. */
  sumOwed(patronIds: readonly string[]): Promise<OwedSum>;
}
