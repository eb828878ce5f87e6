import { escaped } from './raw-request.ts';

/** A line of an order or a refund. `amount` is the text in the message, such as `12.00`. */
export interface RawLine {
  readonly charge: string;
  readonly amount: string;
}

/** The text of an amount in cents. */
export const amountOf = (cents: number): string =>
  `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

/** An element with a text; nil for null, nothing for undefined. */
function field(name: string, value: string | null | undefined, prefix = 't'): string {
  if (value === undefined) {
    return '';
  }
  return value === null
    ? `<${prefix}:${name} i:nil="true"/>`
    : `<${prefix}:${name}>${escaped(value)}</${prefix}:${name}>`;
}

/** An array of texts; null is a nil item. */
const array = (name: string, item: string, values: readonly (string | null)[]): string =>
  `<t:${name}>${values.map((value) => field(item, value)).join('')}</t:${name}>`;

const linesOf = (lines: readonly (RawLine | null)[]): string => {
  const items = lines.map((line) =>
    line === null
      ? '<t:OrderLine i:nil="true"/>'
      : `<t:OrderLine>${field('ChargeNo', line.charge)}${field('Amount', line.amount)}</t:OrderLine>`,
  );
  return `<t:Lines>${items.join('')}</t:Lines>`;
};

/** The XML in `request`, by operation. */
export const contents = {
  getStatements: (patrons: readonly (string | null)[], includeSettled?: boolean): string =>
    array('PatronNos', 'PatronNo', patrons) + field('IncludeSettled', includeSettled?.toString()),
  ordersByNumber: (numbers: readonly (string | null)[]): string => array('OrderNos', 'OrderNo', numbers),
  ordersByReference: (references: readonly (string | null)[]): string =>
    array('MerchantRefs', 'MerchantRef', references),
  createOrder: (order: {
    readonly ref: string;
    readonly patron: string;
    readonly lines: readonly (RawLine | null)[];
    readonly method?: string | undefined;
    readonly returnUrl?: string | null | undefined;
    readonly note?: string | null | undefined;
  }): string =>
    field('MerchantRef', order.ref) +
    field('PatronNo', order.patron) +
    linesOf(order.lines) +
    (order.method ?? methods.fps) +
    field('ReturnUrl', order.returnUrl) +
    field('Note', order.note, 'c'),
  cancelOrder: (order: string, reason?: string | null): string =>
    field('OrderNo', order) + field('Reason', reason),
  waiveCharge: (waiver: {
    readonly ref: string;
    readonly charge: string;
    readonly amount: string | null;
    readonly clerk?: string;
    readonly reason?: string;
  }): string =>
    field('MerchantRef', waiver.ref) +
    field('ChargeNo', waiver.charge) +
    field('Amount', waiver.amount) +
    field('ClerkId', waiver.clerk ?? 'staff-hkcl') +
    field('Reason', waiver.reason ?? 'Goodwill'),
  refundOrder: (refund: {
    readonly ref: string;
    readonly order: string;
    readonly lines: readonly (RawLine | null)[];
    readonly clerk?: string;
    readonly reason?: string;
  }): string =>
    field('MerchantRef', refund.ref) +
    field('OrderNo', refund.order) +
    linesOf(refund.lines) +
    field('ClerkId', refund.clerk ?? 'staff-hkcl') +
    field('Reason', refund.reason ?? 'Charged twice'),
  listChanges: (after: string, maxRows: number): string =>
    field('AfterSeq', after) + field('MaxRows', String(maxRows)),
  getReceipt: (order: string): string => field('OrderNo', order),
} as const;

/** One payment method of each kind. */
export const methods = {
  fps: '<t:Method i:type="t:FpsMethod"><t:PayerName>CHAN TAI MAN</t:PayerName><t:BankCode>004</t:BankCode></t:Method>',
  card: '<t:Method i:type="t:CardMethod" Brands="Visa Mastercard"/>',
  wallet: '<t:Method i:type="t:WalletMethod" Provider="PayMe"/>',
  counter: '<t:Method i:type="t:CounterMethod"><t:Branch>HKCL</t:Branch><t:Tender>Cash</t:Tender></t:Method>',
} as const;
