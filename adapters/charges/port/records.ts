/** A date as YYYY-MM-DD, in Hong Kong. */
export type LocalDate = string;
/** A date and time as RFC 3339, in UTC: `2026-11-20T03:15:42.318Z`. */
export type Instant = string;
/** A patron number, as in `P0000001`. */
export type PatronId = string;
/**
 * The id of a charge. `F…` is a charge that circulation made, and circulation uses the same id. `G…` is a charge that
 * only this system knows.
 */
export type ChargeId = string;
/** As in `RO2026000001`. */
export type PaymentId = string;
/**
 * The caller's own id of one change: 1 to 64 of `A-Z a-z 0-9 . _ : -`. It must be unique among payments, waivers and
 * refunds. A change that was made keeps its reference forever, and a second use is refused as `DUPLICATE`. The
 * reference of a change that was not made may be used again.
 */
export type Reference = string;
/** A stable alias of a member of staff: 2 to 32 of `A-Z a-z 0-9 . _ -`. */
export type ClerkId = string;

export type Channel = 'WEB' | 'COUNTER' | 'KIOSK' | 'PHONE' | 'PARTNER' | 'BATCH';

/** The channel of a call, and the member of staff who made it. The system records both with a change. */
export interface Origin {
  readonly channel: Channel;
  /** Null if no member of staff is behind the call. */
  readonly clerkId: ClerkId | null;
}
/** The origin of a change that only staff may make. */
export interface StaffOrigin extends Origin {
  readonly clerkId: ClerkId;
}

/** Sums that the system has computed. `outstandingCents` is the charged amount, less `paidCents` and `waivedCents`. */
export interface Balance {
  /** Payments less refunds. */
  readonly paidCents: number;
  readonly waivedCents: number;
  readonly outstandingCents: number;
}

export type ChargeKind =
  | 'OVERDUE'
  | 'LOST_ITEM'
  | 'DAMAGE'
  | 'PRINTING'
  | 'ROOM_HIRE'
  | 'CARD_REPLACEMENT'
  | 'OTHER';

/**
 * `OPEN`: nothing is paid or waived. `PART_PAID`: a part is paid or waived, and a part is outstanding. `WAIVED`:
 * nothing is outstanding and nothing was paid. `SETTLED`: nothing is outstanding, and a part or all was paid.
 */
export type ChargeState = 'OPEN' | 'PART_PAID' | 'SETTLED' | 'WAIVED';

export interface Charge extends Balance {
  readonly id: ChargeId;
  readonly state: ChargeState;
  readonly kind: ChargeKind;
  /** The amount when the charge was raised. */
  readonly cents: number;
  readonly raisedAt: Instant;
  readonly description: string | null;
  readonly libraryCardNumber: string | null;
  readonly loanId: string | null;
  readonly dueOn: LocalDate | null;
  /** The pending payment that contains the charge. There is never more than one. */
  readonly pendingPaymentId: PaymentId | null;
  /** The oldest first. */
  readonly adjustments: readonly Adjustment[];
}

/** A payment or waiver that changed the outstanding amount of one charge. `refunds` are the refunds of that payment. */
export type Adjustment =
  | (AdjustmentFields & {
      readonly kind: 'PAYMENT';
      readonly paymentId: PaymentId | null;
      readonly refunds: readonly AdjustmentFields[];
    })
  | (AdjustmentFields & { readonly kind: 'WAIVER' });

export interface AdjustmentFields {
  readonly cents: number;
  readonly at: Instant;
  readonly reference: Reference | null;
  readonly clerkId: ClerkId | null;
}

/** Money that the library owes the patron. It can be spent only at counters, and doesn't lower what the patron owes. */
export interface Credit {
  readonly id: string;
  readonly cents: number;
  readonly remainingCents: number;
  readonly reason: string | null;
  readonly raisedAt: Instant;
  readonly expiresOn: LocalDate | null;
}

/**
 * The charges of one patron number: all charges, or only the outstanding charges. The balance is the sum of these
 * charges.
 */
export interface Statement extends Balance {
  readonly patronId: PatronId;
  readonly asOf: Instant;
  /** The oldest first. */
  readonly charges: readonly Charge[];
  readonly credits: readonly Credit[];
  /** The system's own messages to the patron. */
  readonly notices: readonly string[];
}

export type CardBrand = 'VISA' | 'MASTERCARD' | 'UNION_PAY' | 'JCB';
export type WalletProvider = 'ALIPAY_HK' | 'WECHAT_PAY_HK' | 'PAY_ME' | 'OCTOPUS';
export type Tender = 'CASH' | 'CHEQUE' | 'OCTOPUS_READER';

/** How a payment is to be paid. We never send a payer's name, a bank or digits of a card. */
export type PaymentMethod =
  | { readonly kind: 'FPS' }
  | { readonly kind: 'CARD'; readonly brands: readonly CardBrand[] }
  | { readonly kind: 'WALLET'; readonly provider: WalletProvider }
  | { readonly kind: 'COUNTER'; readonly branch: string; readonly tender: Tender | null };

/** How a payment was paid, or how it is to be paid. */
export type PaidBy = PaymentMethod & {
  /** The last digits of the card that paid, four at most. Null before the payment, and for other methods. */
  readonly lastDigits: string | null;
};

/**
 * A payment is `PENDING` until it is paid or cancelled. After 15 minutes it is `EXPIRED`. If money arrives for an
 * expired or cancelled payment, the payment is `PAID_LATE`. The system refunds the money by itself, and the payment
 * never counts towards a charge. A refund of a paid payment leaves its state `PAID`.
 */
export type PaymentState = 'PENDING' | 'PAID' | 'EXPIRED' | 'CANCELLED' | 'PAID_LATE';

export interface PaymentLine {
  readonly chargeId: ChargeId;
  readonly cents: number;
}

export interface Refund {
  readonly id: string;
  readonly reference: Reference | null;
  readonly cents: number;
  readonly lines: readonly PaymentLine[];
  readonly refundedAt: Instant;
  readonly clerkId: ClerkId | null;
  readonly reason: string | null;
  /** Whether the system made the refund by itself, for money that came late. */
  readonly automatic: boolean;
}

/** One order of RPS: charges that are paid together. */
export interface Payment {
  readonly id: PaymentId;
  readonly state: PaymentState;
  /** Rises with each change. Null if the system doesn't report a version. */
  readonly version: number | null;
  readonly reference: Reference;
  readonly patronId: PatronId;
  readonly channel: Channel | null;
  readonly method: PaidBy;
  readonly lines: readonly (PaymentLine & { readonly refundedCents: number })[];
  readonly cents: number;
  readonly businessDate: LocalDate;
  readonly createdAt: Instant;
  readonly payBy: Instant | null;
  readonly paidAt: Instant | null;
  /** When the payment stopped being pending. */
  readonly endedAt: Instant | null;
  /** The content of the QR code for FPS. Null unless the payment is pending. */
  readonly qrPayload: string | null;
  /**
   * The page on which the payer pays by card or wallet: an unchecked address from the system. Null unless the payment
   * is pending.
   */
  readonly redirectUrl: string | null;
  readonly refunds: readonly Refund[];
}

export type LedgerEventKind =
  | 'CHARGE_RAISED'
  | 'CHARGE_WAIVED'
  | 'PAYMENT_CREATED'
  | 'PAYMENT_PAID'
  | 'PAYMENT_EXPIRED'
  | 'PAYMENT_CANCELLED'
  | 'PAYMENT_PAID_LATE'
  | 'PAYMENT_REFUNDED';

/** One row of the system's list of changes. */
export interface LedgerEvent {
  /** The position in the list. Positions rise, with gaps. */
  readonly sequence: bigint;
  readonly kind: LedgerEventKind;
  readonly at: Instant;
  readonly patronId: PatronId;
  /** The reference of the payment, waiver or refund. Null for a new charge and for an automatic refund. */
  readonly reference: Reference | null;
  readonly paymentId: PaymentId | null;
  readonly chargeIds: readonly ChargeId[];
  /** The amount of the charge, the payment, the waiver or the refund. */
  readonly cents: number;
  readonly clerkId: ClerkId | null;
  readonly reason: string | null;
}

export interface LedgerEventPage {
  readonly events: readonly LedgerEvent[];
  /** The sequence of the page's last event. An empty page has the sequence that was asked for. */
  readonly lastSequence: bigint;
  readonly hasMore: boolean;
}

/** A receipt of a paid payment. A refund changes no receipt. */
export interface Receipt {
  readonly id: string;
  readonly issuedAt: Instant;
  /** A PDF, of 512 KiB at most. It must never be stored. */
  readonly content: Uint8Array;
}

export interface SystemInfo {
  readonly version: string;
  readonly time: Instant;
  readonly businessDate: LocalDate;
}
