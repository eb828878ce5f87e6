import { hash } from 'node:crypto';
import { dayOf } from '../../hong-kong-time.ts';
import { optionalTag } from '../../soap/write-xml.ts';
import { attributeText } from '../../template-system.ts';
import { type Method, type Order, type Refund, type RequestLine, totalOf } from '../ledger/rows.ts';
import { dateOf } from '../ledger/ticks.ts';
import {
  amount,
  array,
  audit,
  isOdd,
  money,
  nillable,
  nillableTime,
  type Result,
  record,
  text,
  time,
} from './elements.ts';

/** The namespace of elements that a later release added to the contract. */
const SETTLEMENT = 'http://rps.library.example/2019/06/settlement';

export function order(row: Order): string {
  const { attributes, content } = orderContent(row);
  return `<t:Order${attributes}>${content}</t:Order>`;
}

export const orderContent = (row: Order): Result =>
  record(
    text('OrderNo', row.orderNo) +
      optionalTag('c:Note', row.note) +
      text('MerchantRef', row.merchantRef) +
      text('PatronNo', row.patronNo) +
      method(row.method) +
      array(
        'Lines',
        row.lines.map((line) => orderLine(line, amount('Refunded', line.refundedCents))),
        true,
      ) +
      amount('Total', totalOf(row.lines)) +
      text('BusinessDate', dayOf(dateOf(row.createdAt))) +
      time('CreatedAt', row.createdAt) +
      time('PayBy', row.payBy) +
      nillableTime('PaidAt', row.paidAt) +
      nillableTime('EndedAt', row.endedAt) +
      wayToPay(row) +
      array('Refunds', row.refunds.map(refund), isOdd(row.orderNo)) +
      settlement(row),
    ` State="${row.state}"${audit(row)}`,
  );

const orderLine = ({ chargeNo, cents }: RequestLine, more = ''): string =>
  `<t:OrderLine>${text('ChargeNo', chargeNo)}${amount('Amount', cents)}${more}</t:OrderLine>`;

function method({ type, attributes, elements }: Method): string {
  const written = Object.entries(attributes).map(([name, value]) => attributeText(name, value));
  const content = Object.entries(elements).map(([name, value]) => nillable(name, value));
  return `<t:Method i:type="t:${type}"${written.join('')}>${content.join('')}</t:Method>`;
}

/** The host of the pages on which cards and wallets pay. */
export const payHost = 'pay.rps.library.example';

/**
 * Returns the element with which the payer pays: a QR code or a URL. Callers must not interpret its value. Returns an
 * empty text if the order is not pending, or is paid at a counter.
 */
function wayToPay({ orderNo, merchantRef, method: { type }, state, lines }: Order): string {
  if (state !== 'Pending' || type === 'CounterMethod') {
    return '';
  }
  const opaque = hash('sha256', `${orderNo}/${merchantRef}`).slice(0, 24);
  return type === 'FpsMethod'
    ? text('QrPayload', `00020101021226330012hk.com.hkicl${opaque}54${money(totalOf(lines))}5802HK`)
    : text('RedirectUrl', `https://${payHost}/checkout?o=${orderNo}&k=${opaque}`);
}

const refund = (row: Refund): string =>
  `<t:Refund Automatic="${row.automatic}">` +
  text('RefundNo', row.refundNo) +
  nillable('MerchantRef', row.merchantRef) +
  amount('Amount', totalOf(row.lines)) +
  array(
    'Lines',
    row.lines.map((line) => orderLine(line)),
    true,
  ) +
  time('RefundedAt', row.at) +
  nillable('ClerkId', row.clerkId) +
  nillable('Reason', row.reason) +
  '</t:Refund>';

/** Returns an element that a later release added to paid orders. */
const settlement = ({ paidAt, orderNo }: Order): string =>
  paidAt === null
    ? ''
    : `<x:Settlement xmlns:x="${SETTLEMENT}" batch="${dayOf(dateOf(paidAt))}"><x:Acquirer>HSBC</x:Acquirer>` +
      `<x:Trace>${orderNo.slice(2)}</x:Trace></x:Settlement>`;
