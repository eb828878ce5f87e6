import type * as rps from './contract.generated.ts';
import type {
  CardBrand,
  LedgerEvent,
  LedgerEventKind,
  PaidBy,
  Payment,
  PaymentLine,
  PaymentMethod,
  PaymentState,
  Refund,
  Tender,
  WalletProvider,
} from './port.ts';
import { centsOf, centsOrZero, dayOf, instantOf, instantOrNull, invalid, moneyOf, rowsOf } from './values.ts';

/**
 * Translates RPS's orders into the port's payments, and the rows of `ListChanges` into the port's events. Payment
 * methods and lines are translated in both directions.
 */

const states = {
  Pending: 'PENDING',
  Paid: 'PAID',
  Expired: 'EXPIRED',
  Cancelled: 'CANCELLED',
  PaidLate: 'PAID_LATE',
} as const satisfies Record<rps.OrderState, PaymentState>;

const channels = {
  Web: 'WEB',
  Counter: 'COUNTER',
  Kiosk: 'KIOSK',
  Phone: 'PHONE',
  Partner: 'PARTNER',
  Batch: 'BATCH',
} as const satisfies Record<rps.Channel, string>;

const eventKinds = {
  ChargeRaised: 'CHARGE_RAISED',
  ChargeWaived: 'CHARGE_WAIVED',
  OrderCreated: 'PAYMENT_CREATED',
  OrderPaid: 'PAYMENT_PAID',
  OrderExpired: 'PAYMENT_EXPIRED',
  OrderCancelled: 'PAYMENT_CANCELLED',
  OrderPaidLate: 'PAYMENT_PAID_LATE',
  OrderRefunded: 'PAYMENT_REFUNDED',
} as const satisfies Record<rps.ChangeType, LedgerEventKind>;

const vendorBrands = {
  VISA: 'Visa',
  MASTERCARD: 'Mastercard',
  UNION_PAY: 'UnionPay',
  JCB: 'Jcb',
} as const satisfies Record<CardBrand, rps.CardBrand>;
const brands = {
  Visa: 'VISA',
  Mastercard: 'MASTERCARD',
  UnionPay: 'UNION_PAY',
  Jcb: 'JCB',
} as const satisfies Record<rps.CardBrand, CardBrand>;

const vendorProviders = {
  ALIPAY_HK: 'AlipayHK',
  WECHAT_PAY_HK: 'WeChatPayHK',
  PAY_ME: 'PayMe',
  OCTOPUS: 'Octopus',
} as const satisfies Record<WalletProvider, rps.WalletProvider>;
const providers = {
  AlipayHK: 'ALIPAY_HK',
  WeChatPayHK: 'WECHAT_PAY_HK',
  PayMe: 'PAY_ME',
  Octopus: 'OCTOPUS',
} as const satisfies Record<rps.WalletProvider, WalletProvider>;

const vendorTenders = {
  CASH: 'Cash',
  CHEQUE: 'Cheque',
  OCTOPUS_READER: 'OctopusReader',
} as const satisfies Record<Tender, rps.Tender>;
const tenders = { Cash: 'CASH', Cheque: 'CHEQUE', OctopusReader: 'OCTOPUS_READER' } as const satisfies Record<
  rps.Tender,
  Tender
>;

/** @throws UpstreamError `invalid-response` for an order whose total is not the sum of its lines */
export function paymentOf(order: rps.Order): Payment {
  const payment = shownOrder(order);
  if (payment.lines.reduce((sum, { cents }) => sum + cents, 0) !== payment.cents) {
    throw invalid('an order with another total than its lines');
  }
  return payment;
}

const shownOrder = (order: rps.Order): Payment => ({
  id: order.OrderNo,
  state: states[order.State],
  version: order.Version ?? null,
  reference: order.MerchantRef,
  patronId: order.PatronNo,
  channel: order.Channel === undefined ? null : channels[order.Channel],
  method: methodOf(order.Method),
  lines: rowsOf(order.Lines?.OrderLine).map((line) => ({
    ...lineOf(line),
    refundedCents: centsOrZero(line.Refunded),
  })),
  cents: centsOf(order.Total),
  businessDate: dayOf(order.BusinessDate),
  createdAt: instantOf(order.CreatedAt),
  payBy: instantOrNull(order.PayBy),
  paidAt: instantOrNull(order.PaidAt),
  endedAt: instantOrNull(order.EndedAt),
  qrPayload: order.QrPayload ?? null,
  redirectUrl: order.RedirectUrl ?? null,
  refunds: rowsOf(order.Refunds?.Refund).map(refundOf),
});

const lineOf = ({ ChargeNo, Amount }: rps.OrderLine): PaymentLine => ({
  chargeId: ChargeNo,
  cents: centsOf(Amount),
});

const refundOf = (refund: rps.Refund): Refund => ({
  id: refund.RefundNo,
  reference: refund.MerchantRef,
  cents: centsOf(refund.Amount),
  lines: rowsOf(refund.Lines?.OrderLine).map(lineOf),
  refundedAt: instantOf(refund.RefundedAt),
  clerkId: refund.ClerkId,
  reason: refund.Reason ?? null,
  automatic: refund.Automatic,
});

/** Drops the payer's name and bank, because nobody in the graph needs them. */
function methodOf(method: rps.AnyPaymentMethod): PaidBy {
  switch (method.$type) {
    case 'FpsMethod':
      return { kind: 'FPS', lastDigits: null };
    case 'CardMethod':
      return {
        kind: 'CARD',
        brands: (method.Brands ?? []).map((brand) => brands[brand]),
        lastDigits: /[0-9]{1,4}$/.exec(method.MaskedNo ?? '')?.[0] ?? null,
      };
    case 'WalletMethod':
      return { kind: 'WALLET', provider: providers[method.Provider], lastDigits: null };
    case 'CounterMethod':
      return {
        kind: 'COUNTER',
        branch: method.Branch,
        tender: method.Tender == null ? null : tenders[method.Tender],
        lastDigits: null,
      };
  }
}

export function vendorMethodOf(method: PaymentMethod): rps.AnyPaymentMethod {
  switch (method.kind) {
    case 'FPS':
      return { $type: 'FpsMethod' };
    case 'CARD':
      return {
        $type: 'CardMethod',
        // Without `Brands`, the payer may use any card.
        Brands: method.brands.length === 0 ? undefined : method.brands.map((brand) => vendorBrands[brand]),
      };
    case 'WALLET':
      return { $type: 'WalletMethod', Provider: vendorProviders[method.provider] };
    case 'COUNTER':
      return {
        $type: 'CounterMethod',
        Branch: method.branch,
        Tender: method.tender === null ? null : vendorTenders[method.tender],
      };
  }
}

export const vendorLinesOf = (lines: readonly PaymentLine[]): rps.ArrayOfOrderLine => ({
  OrderLine: lines.map(({ chargeId, cents }) => ({ ChargeNo: chargeId, Amount: moneyOf(cents) })),
});

export const eventOf = (change: rps.Change): LedgerEvent => ({
  sequence: change.Seq,
  kind: eventKinds[change.Type],
  at: instantOf(change.At),
  patronId: change.PatronNo,
  reference: change.MerchantRef,
  paymentId: change.OrderNo,
  chargeIds: change.ChargeNos,
  cents: centsOf(change.Amount),
  clerkId: change.ClerkId ?? null,
  reason: change.Reason ?? null,
});
