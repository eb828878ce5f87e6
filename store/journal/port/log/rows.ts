import type { Operation } from '../operations.ts';

/**
 * The kinds of rows. Each fact has one source, so it is logged once:
 *
 * - From the journal: `OPERATION`. An operation was begun, settled or corrected. Applications, losses, cards and
 *   patrons' records have no rows of their own, but the operations that change them have rows (`LogRow.operation`).
 *   Parts of operations are not logged.
 * - From circulation's feed, whoever made the change: `LOAN_BEGUN`, `LOAN_RENEWED`, `LOAN_ENDED`, `HOLD_PLACED`,
 *   `HOLD_CANCELLED`. From the feed, only if no operation of ours made the change: `CARD_REGISTERED`, `CARD_BLOCKED`,
 *   `CARD_UNBLOCKED`. `CARD_OTHER` is an event of an unknown kind: programs must read everything about this card again.
 * - From differences of the index: `HOLD_READY` (a hold became ready), `HOLD_MOVED` (a hold has another branch of
 *   collection, last day or card, or is no longer ready), `HOLD_LAPSED` (a ready hold is gone after its last day),
 *   `HOLD_OFF_SHELF` (a ready hold is gone by its last day, because it was collected or cancelled).
 * - From notices: `NOTICE_MADE`, and `NOTICE_UNDELIVERED` if the delivery to one endpoint was given up.
 * - From the payment system's list of changes, whoever made them: `CHARGE_…` and `PAYMENT_…`.
 * - From the stations: `STATION_WITHDRAWN`, `STATION_RETURNED`.
 */
export type LogKind =
  | 'OPERATION'
  | 'LOAN_BEGUN'
  | 'LOAN_RENEWED'
  | 'LOAN_ENDED'
  | 'HOLD_PLACED'
  | 'HOLD_CANCELLED'
  | 'HOLD_READY'
  | 'HOLD_MOVED'
  | 'HOLD_LAPSED'
  | 'HOLD_OFF_SHELF'
  | 'CARD_REGISTERED'
  | 'CARD_BLOCKED'
  | 'CARD_UNBLOCKED'
  | 'CARD_OTHER'
  | 'NOTICE_MADE'
  | 'NOTICE_UNDELIVERED'
  | 'CHARGE_RAISED'
  | 'CHARGE_WAIVED'
  | 'PAYMENT_STARTED'
  | 'PAYMENT_PAID'
  | 'PAYMENT_EXPIRED'
  | 'PAYMENT_CANCELLED'
  | 'PAYMENT_PAID_LATE'
  | 'PAYMENT_REFUNDED'
  | 'STATION_WITHDRAWN'
  | 'STATION_RETURNED';

/** One fact. A newer program may write kinds that this program doesn't know. `readLog` returns them unchanged. */
export interface LogRow {
  /** The position in the log, from 1. Within one generation it identifies the fact. */
  readonly number: number;
  readonly kind: LogKind;
  /**
   * The time at which the fact was written, by the database's clock. It is only for display: `number` gives the order.
   */
  readonly at: Date;
  /**
   * The digest of the patron (`logDigest('patron', …)`), for notices, accounts, and operations whose patron is known.
   * Null for all other facts, and after the patron was erased.
   */
  readonly patron: string | null;
  /**
   * The digest of the library card, for facts about loans, holds and cards. Null for all other facts, and if
   * circulation's event contains no card number.
   */
  readonly card: string | null;
  /** The branch of collection, for holds from the index. For `HOLD_MOVED`, the new branch. Null for other facts. */
  readonly branch: string | null;
  /** The operation that the row is about. Null unless the kind is `OPERATION`. */
  readonly operation: LoggedOperation | null;
  /**
   * For a fact from circulation's feed: the id of the operation that made the change. Null if a desk or machine made the
   * change, and for all other facts.
   */
  readonly causedBy: string | null;
  /** The id of the loan, notice or station, or of the hold if the fact is from the index. Null for all other facts. */
  readonly subjectId: string | null;
}

export interface LoggedOperation {
  readonly id: string;
  /** The kind with which the operation was begun, such as `CHECK_OUT`. */
  readonly kind: string;
  /** The state after the change that the row is about. A later row may have another state. */
  readonly state: Operation['state'];
  /** The digests of caller and reference: `logDigest('caller', …)` and `logDigest('reference', …)`. */
  readonly caller: string;
  readonly reference: string;
}

/** The state of the log at one moment. */
export interface LogState {
  /**
   * Identifies one numbering of rows. Numbers of different generations can't be compared. The generation changes if the
   * database was restored or promoted or has lost operations. It also changes if circulation's feed or the log begins
   * again, or if the data key is replaced. 1 to 20 characters, which are only compared for equality.
   */
  readonly generation: string;
  /** The newest number. 0 before the first row. */
  readonly newest: number;
  /**
   * The lowest number that can still be read, from 1. A program whose last number is `oldestKept - 1` or higher misses
   * nothing.
   */
  readonly oldestKept: number;
}

export interface LogPage extends LogState {
  readonly rows: readonly LogRow[];
  /** Whether the rows after the requested position are no longer in the log (`readLog`). If so, `rows` is empty. */
  readonly isGone: boolean;
}
