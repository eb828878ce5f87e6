import type { SettledId } from '../books.ts';
import type { Json, Operation } from '../operations.ts';

/**
 * A change that the payment system made under the id of one of our operations: a payment, its cancellation, a waiver or
 * a refund. It names no person.
 */
export interface PaymentEffect {
  /** The number of the change in the payment system's list: decimal, up to 19 digits. */
  readonly sequence: string;
  readonly operationId: string;
  /** The kind of the change, 1 to 32 characters. */
  readonly kind: string;
  /** The id of the payment or, for a waiver, of the charge: 0 to 64 characters. */
  readonly subject: string;
  readonly cents: number;
  /** The time of the change by the payment system's clock. */
  readonly at: Date;
}

/** The state of the comparison of operations with payments, for the process that follows the payment system. */
export interface BooksState {
  /**
   * Effects have been stored since this time. Of an older operation, the effect or the operation itself may be missing.
   */
  readonly since: Date;
  /**
   * The number of the current night, by the database's clock: the days in Hong Kong since 1970-01-01. There is one
   * comparison each night. A night begins at 00:30.
   */
  readonly night: number;
  /** The night of the last comparison. Null if a comparison is due now. */
  readonly comparedNight: number | null;
}

/** An account: one operation as the journal has recorded it, and what the payment system has done under its id. */
export interface PaymentAccount {
  readonly operationId: string;
  /** Null if the journal doesn't have the operation. `result` is null if the operation was removed after 30 days. */
  readonly operation: Pick<Operation, 'kind' | 'state' | 'result'> | null;
  /** The effects, at least one, in the order of their sequences. */
  readonly effects: readonly [PaymentEffect, ...PaymentEffect[]];
}

/** An operation that cancels a payment. It is done, or it is unsettled and may still be done. */
export interface PaymentCancellation {
  readonly operationId: string;
  readonly result: Json | null;
  /**
   * Null while the operation is unsettled. `isBefore`: it was settled at least `agoMs` ago (`paymentCancellations`).
   */
  readonly settled: { readonly at: Date; readonly isBefore: boolean } | null;
}

/** A position in the list of operations in adopted systems, such as the payment system. */
export type AdoptedPosition = Pick<Operation, 'code' | 'id'>;

/**
 * Compares operations with their effects, which `saveOwingChanges` keeps for 60 days. The methods reject like the
 * methods of `Journal`.
 */
export interface PaymentBooks {
  /**
   * The accounts of the operations with effects, in the order of their ids, after `afterId`. `''` begins with the
   * first. At most `maxItems` (1 to 500).
   */
  paymentAccountsAfter(afterId: string, maxItems: number): Promise<readonly PaymentAccount[]>;
  /**
   * Checks the next `maxItems` (1 to 500) operations in adopted systems after a position. Null begins with the first.
   * `last` is the position of the last operation that was checked. Null if there are no more operations.
   *
   * `operations` are the checked ones that should have an effect but don't:
   * - the kind is one of `kinds` (1 to 32),
   * - the operation was requested after `BooksState.since`,
   * - it was `DONE` at least `agoMs` ago (at most 30 days),
   * - it has neither an effect nor a finding `PAYMENT_NOT_DONE`.
   */
  paymentsWithoutEffect(
    kinds: readonly string[],
    agoMs: number,
    after: AdoptedPosition | null,
    maxItems: number,
  ): Promise<{ readonly last: AdoptedPosition | null; readonly operations: readonly SettledId[] }>;
  /**
   * Checks the next `maxItems` (1 to 500) operations in adopted systems after a position, as `paymentsWithoutEffect`
   * does. `cancellations` are the checked operations of these `kinds` (1 to 32) that are `DONE` or unsettled. `agoMs`
   * is at most 30 days.
   */
  paymentCancellations(
    kinds: readonly string[],
    agoMs: number,
    after: AdoptedPosition | null,
    maxItems: number,
  ): Promise<{
    readonly last: AdoptedPosition | null;
    readonly cancellations: readonly PaymentCancellation[];
  }>;
  /** The night of the last comparison, as in `BooksState`. Null if no process has followed a payment system. */
  comparedNight(): Promise<Pick<BooksState, 'comparedNight'> | null>;
  /** Records that this night's comparison was made. Does nothing if `follower` doesn't have the lease. */
  paymentsCompared(follower: string, night: number): Promise<void>;
}
