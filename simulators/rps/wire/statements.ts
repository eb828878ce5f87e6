import {
  type Balance,
  balanceOf,
  type Charge,
  type ChargePayment,
  type ChargeRefund,
  type ChargeWaiver,
  type Credit,
  stateOf,
} from '../ledger/rows.ts';
import { earlierFirst, type Ticks } from '../ledger/ticks.ts';
import { amount, array, audit, isOdd, nillable, type Result, record, text, time } from './elements.ts';

export interface Statement {
  readonly patronNo: string;
  /** The charges that the statement lists. The totals are the sums of these charges. */
  readonly lines: readonly Charge[];
  readonly credits: readonly Credit[];
}

export function statement({ patronNo, lines, credits }: Statement, asOf: Ticks): string {
  const balances = lines.map(balanceOf);
  const sum = (member: keyof Balance) => balances.reduce((total, balance) => total + balance[member], 0);
  const total = { paid: sum('paid'), waived: sum('waived'), outstanding: sum('outstanding') };
  return (
    `<t:Statement>${text('PatronNo', patronNo)}${time('AsOf', asOf)}${balanceElements(total)}` +
    array('Lines', lines.map(chargeLine), isOdd(patronNo)) +
    array('Credits', credits.map(credit), !isOdd(patronNo)) +
    '</t:Statement>'
  );
}

const balanceElements = ({ paid, waived, outstanding }: Balance): string =>
  amount('Paid', paid) + amount('Waived', waived) + amount('Outstanding', outstanding);

function chargeLine(charge: Charge): string {
  const { attributes, content } = chargeContent(charge);
  return `<t:StatementLine${attributes}>${content}</t:StatementLine>`;
}

export function chargeContent(charge: Charge): Result {
  const balance = balanceOf(charge);
  return record(
    text('ChargeNo', charge.chargeNo) +
      time('At', charge.raisedAt) +
      amount('Amount', charge.cents) +
      balanceElements(balance) +
      text('Purpose', charge.purpose) +
      nillable('Description', charge.description) +
      nillable('CardNo', charge.cardNo) +
      nillable('LoanNo', charge.loanNo) +
      nillable('DueOn', charge.dueOn) +
      nillable('OrderNo', charge.pendingOrderNo) +
      array(
        'Adjustments',
        inOrderOfTime(charge.adjustments).map((one) =>
          one.kind === 'Payment' ? payment(charge, one) : waiver(charge, one),
        ),
        isOdd(charge.chargeNo),
      ),
    ` LineType="Charge" State="${stateOf(balance)}"${audit(charge)}`,
  );
}

/** Sorts rows by time. Rows may be out of order, because the clock may have been moved back. */
const inOrderOfTime = <Row extends { readonly at: Ticks }>(rows: readonly Row[]): Row[] =>
  rows.toSorted((a, b) => earlierFirst(a.at, b.at));

function payment(charge: Charge, row: ChargePayment): string {
  const { at, cents, orderNo, merchantRef, channel, refunds } = row;
  const audited = { version: 1 + refunds.length, changedAt: refunds.at(-1)?.at ?? at, channel };
  return (
    `<t:StatementLine LineType="Payment"${audit(audited)}>${beginning(charge, at, cents)}` +
    text('OrderNo', orderNo) +
    nillable('MerchantRef', merchantRef) +
    array(
      'Adjustments',
      inOrderOfTime(refunds).map((one) => refund(charge, one)),
      true,
    ) +
    '</t:StatementLine>'
  );
}

const refund = (charge: Charge, { at, cents, orderNo, merchantRef, origin }: ChargeRefund): string =>
  `<t:StatementLine LineType="Refund"${audit({ version: 1, changedAt: at, channel: origin.channel })}>` +
  beginning(charge, at, cents) +
  text('OrderNo', orderNo) +
  nillable('MerchantRef', merchantRef) +
  nillable('ClerkId', origin.clerkId) +
  '</t:StatementLine>';

const waiver = (charge: Charge, { at, cents, merchantRef, origin }: ChargeWaiver): string =>
  `<t:StatementLine LineType="Waiver"${audit({ version: 1, changedAt: at, channel: origin.channel })}>` +
  beginning(charge, at, cents) +
  nillable('MerchantRef', merchantRef) +
  nillable('ClerkId', origin.clerkId) +
  '</t:StatementLine>';

const beginning = ({ chargeNo }: Charge, at: Ticks, cents: number): string =>
  text('ChargeNo', chargeNo) + time('At', at) + amount('Amount', cents);

const credit = (row: Credit): string =>
  '<t:Credit>' +
  text('CreditNo', row.creditNo) +
  amount('Amount', row.cents) +
  amount('Remaining', row.remaining) +
  nillable('Reason', row.reason) +
  time('RaisedAt', row.raisedAt) +
  nillable('ExpiresOn', row.expiresOn) +
  '</t:Credit>';
