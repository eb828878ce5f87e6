import type { XmlElement } from '../../soap/xml.ts';
import { refusal, TypedFault } from '../faults.ts';
import type { Orders } from '../ledger/orders.ts';
import { balanceOf, type Charge, type Order, type RequestLine } from '../ledger/rows.ts';
import { cents, child, text } from '../requests/fields.ts';
import { checkReturnUrl, readMethod } from '../requests/method.ts';
import { Problems } from '../requests/problems.ts';
import { orderContent } from '../wire/orders.ts';
import { chargeContent } from '../wire/statements.ts';
import type { Act, Call } from './act.ts';

/**
 * The operations whose requests contain a reference (`MerchantRef`). RPS drops such a request if it can't apply it in
 * time.
 */
export const REFERENCED: ReadonlySet<string> = new Set(['CreateOrder', 'WaiveCharge', 'RefundOrder']);

const MAX_TEXT = 200;
/** The minimum payment of a part of a charge, in cents. The whole outstanding amount can be paid even if it is less. */
const LEAST_PART = 100;

export const writes = (orders: Orders): Readonly<Record<string, Act>> => ({
  CreateOrder: (request, call) => createOrder(orders, request, call),
  CancelOrder: (request, { at, clerkId }) => {
    const problems = new Problems();
    const reason = problems.optionalText(request, 'Reason', MAX_TEXT);
    problems.refuse();
    const order = orderNumbered(orders, text(request, 'OrderNo'));
    if (order.state !== 'Pending') {
      throw refusal('OrderNotPending', order);
    }
    orders.end(order, 'Cancelled', at, { clerkId, reason });
    return orderContent(order);
  },
  WaiveCharge: (request, call) => waiveCharge(orders, request, call),
  RefundOrder: (request, call) => refundOrder(orders, request, call),
});

/** Step 7 of RPS's nine checks: a reference (`MerchantRef`) can be used only once, for ever. @throws TypedFault */
export function refuseUsed(orders: Orders, merchantRef: string): void {
  const referenced = orders.ledger.referenced(merchantRef);
  if (referenced === undefined) {
    return;
  }
  const led =
    referenced.kind === 'waiver'
      ? { change: referenced.change }
      : { order: orderNumbered(orders, referenced.orderNo) };
  throw new TypedFault('The reference was used before.', { kind: 'DuplicateFault', led });
}

function createOrder(orders: Orders, request: XmlElement, { at, channel, clerkId }: Call) {
  const problems = new Problems();
  const lines = problems.lines(request);
  const sent = child(request, 'Method');
  if (sent === null) {
    throw new Error('an order without method got past the schema');
  }
  const method = readMethod(sent);
  checkReturnUrl(request, method, problems);
  const note = problems.optionalText(request, 'Note', MAX_TEXT);
  problems.refuse();
  const patronNo = text(request, 'PatronNo');
  for (const line of lines) {
    checkPayable(orders, line, patronNo);
  }
  const merchantRef = text(request, 'MerchantRef');
  return orderContent(orders.open({ merchantRef, patronNo, lines, method, note }, { channel, clerkId }, at));
}

/** Checks a line of a new order. @throws TypedFault */
function checkPayable(orders: Orders, { chargeNo, cents: amount }: RequestLine, patronNo: string): void {
  const charge = chargeNumbered(orders, chargeNo);
  if (charge.patronNo !== patronNo) {
    throw refusal('NotThisPatron', { chargeNo });
  }
  const outstanding = openAmount(charge);
  if (amount > outstanding) {
    throw refusal('AmountMismatch', { chargeNo });
  }
  if (amount < outstanding && amount < LEAST_PART) {
    throw refusal('AmountTooSmall', { chargeNo });
  }
}

/**
 * Returns the outstanding amount of a charge, in cents.
 * @throws TypedFault if the charge can be neither paid nor waived now
 */
function openAmount(charge: Charge): number {
  const { chargeNo, pendingOrderNo } = charge;
  const { outstanding } = balanceOf(charge);
  if (outstanding === 0) {
    throw refusal('AlreadySettled', { chargeNo });
  }
  if (pendingOrderNo !== null) {
    throw refusal('ChargeInOrder', { chargeNo, orderNo: pendingOrderNo });
  }
  return outstanding;
}

function waiveCharge(orders: Orders, request: XmlElement, { at, channel, clerkId: callersClerkId }: Call) {
  const problems = new Problems();
  const amount = child(request, 'Amount') === null ? null : cents(request, 'Amount');
  problems.addIf(amount === 0, 'Amount', 'The amount is 0.00.');
  const { clerkId, reason } = problems.clerk(request, callersClerkId);
  problems.refuse();
  const charge = chargeNumbered(orders, text(request, 'ChargeNo'));
  const outstanding = openAmount(charge);
  if (amount !== null && amount > outstanding) {
    throw refusal('AmountMismatch', charge);
  }
  const waiver = { merchantRef: text(request, 'MerchantRef'), clerkId, reason };
  orders.ledger.waive(charge, amount ?? outstanding, waiver, channel, at);
  return chargeContent(charge);
}

function refundOrder(orders: Orders, request: XmlElement, { at, channel, clerkId: callersClerkId }: Call) {
  const problems = new Problems();
  const lines = problems.lines(request);
  const { clerkId, reason } = problems.clerk(request, callersClerkId);
  problems.refuse();
  const order = orderNumbered(orders, text(request, 'OrderNo'));
  const { orderNo } = order;
  if (order.state !== 'Paid') {
    throw refusal('OrderNotPaid', { orderNo });
  }
  for (const { chargeNo, cents: amount } of lines) {
    const line = order.lines.find((one) => one.chargeNo === chargeNo);
    if (line === undefined) {
      throw refusal('ChargeNotInOrder', { chargeNo, orderNo });
    }
    if (amount > line.cents - line.refundedCents) {
      throw refusal('RefundTooLarge', { chargeNo, orderNo });
    }
  }
  const merchantRef = text(request, 'MerchantRef');
  orders.refund(order, lines, { merchantRef, clerkId, reason }, channel, at);
  return orderContent(order);
}

function chargeNumbered({ ledger }: Orders, chargeNo: string): Charge {
  const charge = ledger.charge(chargeNo);
  if (charge === undefined) {
    throw refusal('NoSuchCharge', { chargeNo });
  }
  return charge;
}

function orderNumbered(orders: Orders, orderNo: string): Order {
  const order = orders.get(orderNo);
  if (order === undefined) {
    throw refusal('NoSuchOrder', { orderNo });
  }
  return order;
}
