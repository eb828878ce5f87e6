import { dayOf } from '../../hong-kong-time.ts';
import type { Change, Order } from '../ledger/rows.ts';
import { dateOf, type Ticks } from '../ledger/ticks.ts';
import { amount, array, isOdd, nillable, nillableTime, text, time } from './elements.ts';
import { receiptNo } from './receipt.ts';

export const change = (row: Change): string =>
  `<t:Change Seq="${row.seq}" Type="${row.type}">` +
  time('At', row.at) +
  text('PatronNo', row.patronNo) +
  nillable('MerchantRef', row.merchantRef) +
  nillable('OrderNo', row.orderNo) +
  text('ChargeNos', row.chargeNos.join(' ')) +
  amount('Amount', row.cents) +
  nillable('ClerkId', row.clerkId) +
  nillable('Reason', row.reason) +
  '</t:Change>';

export const changePage = (
  { rows, more }: { readonly rows: readonly Change[]; readonly more: boolean },
  afterSeq: bigint,
): string =>
  array('Changes', rows.map(change), isOdd(afterSeq)) +
  text('LastSeq', String(rows.at(-1)?.seq ?? afterSeq)) +
  text('More', more);

export const receipt = (order: Order, pdf: Buffer): string =>
  text('ReceiptNo', receiptNo(order)) +
  nillableTime('IssuedAt', order.paidAt) +
  text('ContentType', 'application/pdf') +
  text('Content', pdf.toString('base64'));

export const pingInfo = (at: Ticks): string =>
  text('Version', '3.2.1') + time('ServerTime', at) + text('BusinessDate', dayOf(dateOf(at)));
