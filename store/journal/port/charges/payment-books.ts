import type { SettledId } from '../books.ts';
import type { Json, Operation } from '../operations.ts';

/**
 * A payment, waiver or refund that the payment system made under an operation's id, or the cancellation of a payment
 * that it made under this id. It names no person.
 */
export interface PaymentEffect {
  /** The number of the change in the payment system's list: decimal, up to 19 digits. */
  readonly sequence: string;
  readonly operationId: string;
  /** The kind of the change, 1 to 32 characters. */
  readonly kind: string;
  /** The payment that was made, refunded or cancelled, or the charge that was waived: 0 to 64 characters. */
  readonly subject: string;
  readonly cents: number;
  /** The time of the change by the payment system's clock. */
  readonly at: Date;
}

/** The state of the books of payments, for the process that follows the payment system. */
export interface BooksState {
  /**
   * Effects have been kept since this time. So an earlier operation may have no effect here, and an effect whose operation
   * is earlier may have no operation.
   */
  readonly since: Date;
  /** The number of the current night, by the database's clock. A night begins at 00:30 in Hong Kong. */
  readonly night: number;
  /** The night in which the books were compared last. Null if they must be compared now. */
  readonly comparedNight: number | null;
}

/** The records of one operation in the journal and in the payment system. */
export interface PaymentAccount {
  readonly operationId: string;
  /** Null if the journal has no such operation. `result` is null if the operation was removed after 30 days. */
  readonly operation: Pick<Operation, 'kind' | 'state' | 'result'> | null;
  /** The effects, at least one, in the order of their sequences. */
  readonly effects: readonly [PaymentEffect, ...PaymentEffect[]];
}

/** An operation that has cancelled a payment, or may still do so. */
export interface PaymentCancellation {
  readonly operationId: string;
  readonly result: Json | null;
  /** Null while the operation is unsettled. `isBefore`: it was settled before the time that was asked for. */
  readonly settled: { readonly at: Date; readonly isBefore: boolean } | null;
}

/** A position in the list of operations in adopted systems. */
export type AdoptedPosition = Pick<Operation, 'code' | 'id'>;

/**
 * Compares operations with what the payment system made under their ids. `saveOwingChanges` keeps the effects, for 60
 * days. The methods reject like the methods of `Journal`.
 */
export interface PaymentBooks {
  /**
   * The accounts of the next `maxItems` (1 to 500) operations with an effect, in the order of their ids, after `afterId`.
   * `''` begins with the first operation.
   */
  paymentAccountsAfter(afterId: string, maxItems: number): Promise<readonly PaymentAccount[]>;
  /**
   * Looks at the next `maxItems` (1 to 500) operations in adopted systems after a position. Null begins with the first.
   * `last` is the position of the last operation that was looked at. Null if there are no more operations.
   *
   * `operations` are the operations among these that lack an effect:
   * - the kind is one of `kinds` (1 to 32),
   * - the operation was requested since the books began,
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
   * Looks at the next `maxItems` (1 to 500) operations in adopted systems after a position, as `paymentsWithoutEffect`
   * does. `cancellations` are those among them of one of `kinds` (1 to 32) that are `DONE` or unsettled. `isBefore` is
   * true for operations that were settled at least `agoMs` ago (at most 30 days).
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
  /** Records that the books were compared in this night. Does nothing if `follower` doesn't have the lease. */
  paymentsCompared(follower: string, night: number): Promise<void>;
}
