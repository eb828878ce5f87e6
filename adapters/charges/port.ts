/**
 * The port of the payment system: the ledger of what patrons owe, and of how it was paid. The system knows patron
 * numbers and charges. It doesn't know whether a patron exists, or is suspended or closed.
 *
 * All amounts are Hong Kong cents, never negative. An `Instant` is in UTC, cut to milliseconds.
 *
 * - `port/records.ts`: charges, credits, payments, events and receipts.
 * - `port/changes.ts`: the changes that can be requested, and the reasons for refusals.
 *
 * This file exports both of these files, and other folders import only this file.
 */
import type {
  ChangeRefusal,
  DuplicateRefusal,
  NewPayment,
  NewRefund,
  NewWaiver,
  RuleRefusal,
} from './port/changes.ts';
import type {
  Charge,
  LedgerEventPage,
  Origin,
  PatronId,
  Payment,
  PaymentId,
  Receipt,
  Reference,
  StaffOrigin,
  Statement,
  SystemInfo,
} from './port/records.ts';

export * from './port/changes.ts';
export type * from './port/records.ts';

/**
 * Decides for the caller whether a change may be sent. Called each time, just before the first byte is sent. If it
 * returns false, no byte is sent and the change rejects with `cancelled`.
 */
export type MaySend = () => boolean;

/**
 * Charges, payments, waivers and refunds.
 *
 * Every method rejects only with an `UpstreamError`, and ends as soon as `signal` aborts. An argument out of range is a
 * `RangeError`, where a method says so. A read rejects with `busy` while the system is busy or closed. The system is
 * closed from 23:30 to 00:15 in Hong Kong: only `paymentsById`, `paymentsByReference` and `eventsAfter` work then.
 *
 * A change is sent once. A change that rejects with `outcome-unknown` may have been made. A change that rejects with
 * any other reason was not made. If a change is not made within 60 seconds of its arrival, the system drops it. After
 * that time `paymentsByReference` shows for certain whether a payment was made. `eventsAfter` shows the same for
 * waivers and refunds. The 60 seconds don't apply to `cancelPayment`: the payment's state shows whether it was
 * cancelled.
 */
export interface ChargesLedger {
  /**
   * The statement for each of `patronIds` (any count, repeats allowed), in the same order. Null if the system has never
   * had a charge or a credit for the number. So an unknown patron looks like a patron who never owed anything.
   */
  statements(
    patronIds: readonly PatronId[],
    question: { readonly includeSettled: boolean; readonly origin: Origin },
    signal: AbortSignal,
  ): Promise<(Statement | null)[]>;
  /** The payment for each of `ids` (any count, repeats allowed), in the same order. Null for an unknown id. */
  paymentsById(ids: readonly PaymentId[], origin: Origin, signal: AbortSignal): Promise<(Payment | null)[]>;
  /**
   * The payment for each reference, in the same order. Null for an unknown reference, and for the reference of a waiver
   * or a refund.
   */
  paymentsByReference(
    references: readonly Reference[],
    origin: Origin,
    signal: AbortSignal,
  ): Promise<(Payment | null)[]>;
  /** The events of the last 400 days after a sequence number, oldest first. `first` is 1 to 500, else a `RangeError`. */
  eventsAfter(sequence: bigint, first: number, origin: Origin, signal: AbortSignal): Promise<LedgerEventPage>;
  /** The receipt of a payment. Refuses with `NO_SUCH_PAYMENT` or `NOT_PAID`. */
  receipt(
    paymentId: PaymentId,
    origin: Origin,
    signal: AbortSignal,
  ): Promise<{ readonly receipt: Receipt } | RuleRefusal>;
  /** Makes a pending payment. The system sends no message when the money arrives: read the payment's state. */
  createPayment(
    reference: Reference,
    payment: NewPayment,
    origin: Origin,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<{ readonly payment: Payment } | ChangeRefusal>;
  /**
   * Cancels a pending payment. The call has no reference: a second call for the same payment is refused with
   * `NOT_PENDING`.
   */
  cancelPayment(
    paymentId: PaymentId,
    reason: string | null,
    origin: Origin,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<{ readonly payment: Payment } | Exclude<ChangeRefusal, DuplicateRefusal>>;
  /** Waives what is outstanding on a charge, or a part of it. Resolves to the charge after the waiver. */
  waiveCharge(
    reference: Reference,
    waiver: NewWaiver,
    origin: StaffOrigin,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<{ readonly charge: Charge } | ChangeRefusal>;
  /**
   * Refunds money of a paid payment. The patron owes the refunded amount again, so waive a wrong charge *after* the
   * refund.
   */
  refundPayment(
    reference: Reference,
    refund: NewRefund,
    origin: StaffOrigin,
    signal: AbortSignal,
    maySend?: MaySend,
  ): Promise<{ readonly payment: Payment } | ChangeRefusal>;
  /** Resolves when the system answers. Rejects with `busy` while the system is busy or closed. */
  ping(signal: AbortSignal): Promise<SystemInfo>;
}
