import type { Ticks } from './ticks.ts';

/** The initial values of a charge. Amounts are Hong Kong cents. Days are ISO. */
export interface NewCharge {
  /** Begins with `F` if circulation raised the charge, and with `G` if only RPS has it. */
  readonly chargeNo: string;
  readonly patronNo: string;
  readonly cardNo: string | null;
  readonly loanNo: string | null;
  readonly purpose: string;
  readonly description: string | null;
  readonly cents: number;
  readonly dueOn: string | null;
  readonly channel: string | null;
}

export interface Origin {
  /** Null if it is not known. */
  readonly channel: string | null;
  /** Null if no clerk made the call. */
  readonly clerkId: string | null;
}

/** The version of a row, and the time and the channel of its last change. */
export interface Audited {
  /** Rises with each change. */
  version: number;
  changedAt: Ticks;
  readonly channel: string | null;
}

interface Reference {
  readonly merchantRef: string | null;
}

export interface ChargeRefund extends Reference {
  readonly at: Ticks;
  readonly cents: number;
  readonly orderNo: string;
  readonly origin: Origin;
}

export interface ChargePayment extends Reference {
  readonly kind: 'Payment';
  readonly at: Ticks;
  readonly cents: number;
  readonly orderNo: string;
  readonly channel: string | null;
  readonly refunds: ChargeRefund[];
}

export interface ChargeWaiver extends Reference {
  readonly kind: 'Waiver';
  readonly at: Ticks;
  readonly cents: number;
  readonly origin: Origin;
}

export interface Charge extends NewCharge, Audited {
  readonly raisedAt: Ticks;
  /** The pending order that the charge is in. Null if there is none. */
  pendingOrderNo: string | null;
  /** Payments and waivers, oldest first. */
  readonly adjustments: (ChargePayment | ChargeWaiver)[];
}

export interface Credit {
  readonly creditNo: string;
  readonly patronNo: string;
  readonly cents: number;
  readonly remaining: number;
  readonly reason: string | null;
  readonly raisedAt: Ticks;
  readonly expiresOn: string | null;
}

export type OrderState = 'Pending' | 'Paid' | 'Expired' | 'Cancelled' | 'PaidLate';
export type MethodType = 'FpsMethod' | 'CardMethod' | 'WalletMethod' | 'CounterMethod';

/**
 * The payment method of an order, as it was sent. An element is null if it was sent as nil, and absent if it was not
 * sent. A payment by card adds the element `MaskedNo`.
 */
export interface Method {
  readonly type: MethodType;
  readonly attributes: Readonly<Record<string, string>>;
  /** The elements in the order of the schema. */
  readonly elements: Readonly<Record<string, string | null>>;
}

export interface RequestLine {
  readonly chargeNo: string;
  readonly cents: number;
}

export interface OrderLine extends RequestLine {
  refundedCents: number;
}

export interface Refund extends Reference {
  readonly refundNo: string;
  readonly lines: readonly RequestLine[];
  readonly at: Ticks;
  readonly clerkId: string | null;
  readonly reason: string | null;
  /** Whether RPS itself refunded a late payment. */
  readonly automatic: boolean;
}

export interface NewOrder {
  readonly merchantRef: string;
  readonly patronNo: string;
  readonly method: Method;
  readonly note: string | null;
  readonly lines: readonly RequestLine[];
}

export interface Order extends Omit<NewOrder, 'lines' | 'method'>, Audited {
  readonly orderNo: string;
  readonly lines: readonly OrderLine[];
  method: Method;
  state: OrderState;
  readonly createdAt: Ticks;
  readonly payBy: Ticks;
  paidAt: Ticks | null;
  /** The time at which the order stopped being pending. */
  endedAt: Ticks | null;
  readonly refunds: Refund[];
}

export type ChangeType =
  | 'ChargeRaised'
  | 'ChargeWaived'
  | 'OrderCreated'
  | 'OrderPaid'
  | 'OrderExpired'
  | 'OrderCancelled'
  | 'OrderPaidLate'
  | 'OrderRefunded';

export interface Change {
  readonly seq: number;
  readonly type: ChangeType;
  readonly at: Ticks;
  readonly patronNo: string;
  readonly merchantRef: string | null;
  readonly orderNo: string | null;
  readonly chargeNos: readonly string[];
  readonly cents: number;
  readonly clerkId: string | null;
  readonly reason: string | null;
}

export const totalOf = (lines: readonly RequestLine[]): number =>
  lines.reduce((sum, { cents }) => sum + cents, 0);

/** The amounts of a charge, in cents. Refunds are subtracted from `paid`. */
export interface Balance {
  readonly paid: number;
  readonly waived: number;
  readonly outstanding: number;
}

export function balanceOf({ cents, adjustments }: Pick<Charge, 'cents' | 'adjustments'>): Balance {
  let [paid, waived] = [0, 0];
  for (const one of adjustments) {
    if (one.kind === 'Waiver') {
      waived += one.cents;
    } else {
      paid += one.cents - one.refunds.reduce((sum, refund) => sum + refund.cents, 0);
    }
  }
  return { paid, waived, outstanding: cents - paid - waived };
}

export type ChargeState = 'Open' | 'PartPaid' | 'Settled' | 'Waived';

export function stateOf({ paid, waived, outstanding }: Balance): ChargeState {
  if (outstanding === 0) {
    return paid === 0 ? 'Waived' : 'Settled';
  }
  return paid === 0 && waived === 0 ? 'Open' : 'PartPaid';
}
