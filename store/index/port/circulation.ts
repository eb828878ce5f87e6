import type { IndexProgress } from './progress.ts';
import type { ReadingStart, ToRead } from './readings.ts';
import type { IndexedHold, IndexedLoan, LocalDate } from './rows.ts';

/** The sort key of a ready hold without a last day. It sorts after all days. */
export const noLastDay: LocalDate = '9999-12-31';

/** The last row of a page. The next page begins after it. */
export interface RowPosition {
  /**
   * The sort key: `dueOn` of a loan, `placedAt` of a queued hold, `readyUntil` of a ready hold. If `readyUntil` is null,
   * the key is `noLastDay`.
   */
  readonly key: string;
  readonly id: string;
}

export type LoanOrder = 'SOONEST_DUE_FIRST' | 'LATEST_DUE_FIRST';

/** A filter for loans. A loan must meet all conditions that are not null. */
export interface LoanConditions {
  /** The branch that the copy belongs to. */
  readonly branch: string | null;
  /** Only loans that are due on this day or later. */
  readonly dueFrom: LocalDate | null;
  /** Only loans that are due before this day. */
  readonly dueBefore: LocalDate | null;
}

/** A query for a page of loans. `maxItems` is 1 to 500. */
export interface LoanQuery extends LoanConditions {
  readonly order: LoanOrder;
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/**
 * The holds that a query selects: of one kind, at one branch or at all branches.
 * - `READY`: a copy is on the hold shelf. Holds that lapse soonest come first.
 * - `TO_FETCH`: the hold is queued, and a copy for it is on the shelves. The oldest holds come first.
 */
export interface HoldConditions {
  readonly pickupBranch: string | null;
  readonly shelf: 'READY' | 'TO_FETCH';
  /** Only holds whose last day is before this day. Null for all. Only with `READY`. */
  readonly readyUntilBefore: LocalDate | null;
}

/** The order of holds: the one that `HoldConditions.shelf` describes, or its reverse. */
export type HoldOrder = 'MOST_URGENT_FIRST' | 'LEAST_URGENT_FIRST';

/** A query for a page of holds. `maxItems` is 1 to 500. */
export interface HoldQuery extends HoldConditions {
  readonly after: RowPosition | null;
  readonly maxItems: number;
}

/** The counts of one branch. Loans are counted by the branch of the copy, holds by the branch of collection. */
export interface BranchCounts {
  readonly branch: string;
  readonly loansOut: number;
  readonly overdue: number;
  readonly holdsReady: number;
  readonly holdsQueued: number;
}

export interface LendingDay {
  readonly day: LocalDate;
  readonly lent: number;
  readonly returned: number;
}

/** Lists of loans and holds. The time for a page does not grow with the library. */
export interface CirculationIndex {
  progress(): Promise<IndexProgress>;
  /** The loans, ordered by due day and id. */
  loans(query: LoanQuery): Promise<readonly IndexedLoan[]>;
  /** The number of loans that satisfy the conditions, on all pages together. */
  countLoans(conditions: LoanConditions): Promise<number>;
  /** By default, the most urgent holds come first. */
  holds(query: HoldQuery, order?: HoldOrder): Promise<readonly IndexedHold[]>;
  /** The number of holds at one branch that satisfy the conditions, on all pages together. */
  countHolds(conditions: HoldConditions & { readonly pickupBranch: string }): Promise<number>;
  /** The loan or the hold with this id. Null if it is not in the index. */
  loan(id: string): Promise<IndexedLoan | null>;
  hold(id: string): Promise<IndexedHold | null>;
  /** The loan of each item. Same order and length as `itemNumbers` (any number); null if the item is not on loan. */
  loansOfItems(itemNumbers: readonly string[]): Promise<readonly (IndexedLoan | null)[]>;
  /** The open holds of a title, the oldest first. `maxItems` is 1 to 500. */
  holdsOfTitle(titleNumber: string, maxItems: number): Promise<readonly IndexedHold[]>;
  /** The number of queued holds of each title. Same order and length as `titleNumbers`. */
  queueLengths(titleNumbers: readonly string[]): Promise<readonly number[]>;
  /**
   * The counts of all branches that have loans or holds, in the order of their codes. Loans due before `dueBefore` are
   * counted as overdue.
   */
  branchCounts(dueBefore: LocalDate): Promise<readonly BranchCounts[]>;
  /** Days on which anything was lent or returned, in order, from the day `from`. They are kept for 31 days. */
  lendingDays(from: LocalDate): Promise<readonly LendingDay[]>;
  /** Must be called before a reading begins. */
  startReading(): Promise<ReadingStart>;
  /**
   * Marks records to be read again within seconds. Called when a record read from a legacy system differs from the
   * index. A reading that had already begun does not remove the mark.
   */
  markToRead(what: readonly ToRead[]): Promise<void>;
}
