import type {
  ChargeId,
  LedgerEvent,
  PatronId,
  Payment,
  PaymentId,
  PaymentLine,
  PaymentMethod,
} from './records.ts';

export interface NewPayment {
  readonly patronId: PatronId;
  /**
   * 1 to 50 lines, each for a different charge. A line may pay a part of a charge, but at least 100 cents. If less than
   * 100 cents is outstanding, the line must pay all of it.
   */
  readonly lines: readonly PaymentLine[];
  readonly method: PaymentMethod;
  /**
   * The page to which the payer returns after paying by card or wallet: an absolute address of at most 500 characters.
   * Null for other methods.
   */
  readonly returnUrl: string | null;
}

export interface NewWaiver {
  readonly chargeId: ChargeId;
  /** Null waives all that is outstanding. */
  readonly cents: number | null;
  /** 1 to 200 characters, not blank. */
  readonly reason: string;
}

export interface NewRefund {
  readonly paymentId: PaymentId;
  /** 1 to 50 lines, each for another charge. */
  readonly lines: readonly PaymentLine[];
  /** 1 to 200 characters, not blank. */
  readonly reason: string;
}

export const refusalCodes = [
  'NO_SUCH_CHARGE',
  'NOT_THIS_PATRON',
  'ALREADY_SETTLED',
  'CHARGE_IN_PAYMENT',
  'AMOUNT_TOO_LARGE',
  'AMOUNT_TOO_SMALL',
  'NO_SUCH_PAYMENT',
  'NOT_PENDING',
  'NOT_PAID',
  'CHARGE_NOT_IN_PAYMENT',
  'REFUND_TOO_LARGE',
] as const;
export type RefusalCode = (typeof refusalCodes)[number];

/** A rule of the system forbids the change. Nothing was done. */
export interface RuleRefusal {
  readonly refused: RefusalCode;
  /** The charge that caused the refusal, if the system names it. */
  readonly chargeId: ChargeId | null;
  /** For `CHARGE_IN_PAYMENT`: the pending payment that contains the charge. */
  readonly paymentId: PaymentId | null;
}

/**
 * The request has a mistake. Nothing was done. `fields` are paths in the system's request, as in `Lines[3].Amount`. If
 * the contract has no form for the request, it was not sent, and `fields` is empty.
 */
export interface InvalidRefusal {
  readonly refused: 'INVALID';
  readonly fields: readonly string[];
}

/**
 * The reference was used before, by a change that was made. This request did nothing. `made` is the result of that
 * earlier change. The earlier change may differ from this request, so the caller must compare them.
 */
export interface DuplicateRefusal {
  readonly refused: 'DUPLICATE';
  readonly made:
    | { readonly kind: 'PAYMENT'; readonly payment: Payment }
    | { readonly kind: 'WAIVER'; readonly event: LedgerEvent };
}

/**
 * The system is busy, or closed at the end of the day. Nothing was done. The change may be tried again after
 * `retryAfterSeconds`.
 */
export interface ClosedRefusal {
  readonly refused: 'CLOSED';
  readonly retryAfterSeconds: number;
}

/** Why a change was not made. A refused change has no effect. */
export type ChangeRefusal = RuleRefusal | InvalidRefusal | DuplicateRefusal | ClosedRefusal;
