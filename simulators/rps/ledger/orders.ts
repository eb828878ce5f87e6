import { dayOf } from '../../hong-kong-time.ts';
import { type ClerksRequest, type Ledger, touch } from './ledger.ts';
import {
  type Change,
  type ChargeRefund,
  type Method,
  type NewOrder,
  type Order,
  type Origin,
  type Refund,
  type RequestLine,
  totalOf,
} from './rows.ts';
import { dateOf, earlierFirst, MINUTE, type Ticks } from './ticks.ts';

/** The maximum time for which an order is pending. */
const PAYABLE = 15n * MINUTE;

/**
 * The orders of RPS. Each change happens at the time `at`, and adds rows to `ListChanges`. The methods check no rules:
 * `operations/writes.ts` does this before.
 */
export class Orders {
  readonly ledger: Ledger;
  readonly #orders = new Map<string, Order>();
  readonly #pending = new Set<Order>();

  constructor(ledger: Ledger) {
    this.ledger = ledger;
  }

  get = (orderNo: string): Order | undefined => this.#orders.get(orderNo);

  /**
   * Creates a pending order. @param orderNo the number of an order of the seed; null for a new order, which gets the
   * next number
   */
  open(request: NewOrder, { channel, clerkId }: Origin, at: Ticks, orderNo: string | null = null): Order {
    const { merchantRef, patronNo, method, note } = request;
    const year = `RO${dayOf(dateOf(at)).slice(0, 4)}`;
    const order: Order = {
      ...{ merchantRef, patronNo, method, note, channel },
      orderNo: this.ledger.take(orderNo ?? this.ledger.nextNumber(year, 6), year),
      lines: request.lines.map((line) => ({ ...line, refundedCents: 0 })),
      state: 'Pending',
      createdAt: at,
      payBy: at + PAYABLE,
      paidAt: null,
      endedAt: null,
      refunds: [],
      version: 1,
      changedAt: at,
    };
    this.#orders.set(order.orderNo, order);
    this.#pending.add(order);
    this.ledger.remember(merchantRef, { kind: 'order', orderNo: order.orderNo });
    this.#bind(order, order.orderNo, at);
    this.#tell(order, 'OrderCreated', at, { clerkId });
    return order;
  }

  /** Ends all pending orders that are not paid by their `payBy`, the earliest first. */
  expire(now: Ticks): void {
    const due = [...this.#pending].filter(({ payBy }) => payBy <= now);
    due.sort((a, b) => earlierFirst(a.payBy, b.payBy));
    for (const order of due) {
      this.end(order, 'Expired', order.payBy);
    }
  }

  /**
   * Ends a pending order, so that its charges can be paid by other orders. `by` contains who cancelled the order, and
   * why.
   */
  end(order: Order, state: 'Expired' | 'Cancelled', at: Ticks, by: Told = {}): void {
    this.#stopPending(order, state, at);
    this.#tell(order, state === 'Expired' ? 'OrderExpired' : 'OrderCancelled', at, by);
  }

  /** @param method the order's method, with what RPS has learned about the payer's card */
  pay(order: Order, method: Method, at: Ticks): void {
    const { orderNo, merchantRef, channel } = order;
    order.method = method;
    order.paidAt = at;
    this.#stopPending(order, 'Paid', at);
    for (const { chargeNo, cents } of order.lines) {
      this.ledger
        .charge(chargeNo)
        ?.adjustments.push({ kind: 'Payment', at, cents, orderNo, merchantRef, channel, refunds: [] });
    }
    this.#tell(order, 'OrderPaid', at);
  }

  /**
   * Records money that came after the order had ended. RPS refunds this money automatically, and never counts it towards
   * a charge.
   */
  payLate(order: Order, method: Method, at: Ticks): void {
    order.method = method;
    order.paidAt = at;
    order.state = 'PaidLate';
    this.#tell(order, 'OrderPaidLate', at);
    const reason = 'The money came after the order had ended';
    this.refund(order, order.lines, { merchantRef: null, clerkId: null, reason }, null, at);
  }

  refund(
    order: Order,
    lines: readonly RequestLine[],
    { merchantRef, clerkId, reason }: ClerksRequest,
    channel: string | null,
    at: Ticks,
  ): void {
    const automatic = order.state === 'PaidLate';
    const refund: Refund = {
      ...{ merchantRef, clerkId, reason, at, automatic },
      refundNo: this.ledger.take(this.ledger.nextNumber('RF', 8), 'RF'),
      lines: lines.map(({ chargeNo, cents }) => ({ chargeNo, cents })),
    };
    order.refunds.push(refund);
    for (const line of refund.lines) {
      const paid = order.lines.find(({ chargeNo }) => chargeNo === line.chargeNo);
      if (paid !== undefined) {
        paid.refundedCents += line.cents;
      }
      if (!automatic) {
        this.#oweAgain(order, line, { at, merchantRef, origin: { channel, clerkId } });
      }
    }
    const chargeNos = refund.lines.map(({ chargeNo }) => chargeNo);
    const told = { merchantRef, clerkId, reason, chargeNos, cents: totalOf(refund.lines) };
    this.#tell(order, 'OrderRefunded', at, told);
    if (merchantRef !== null) {
      this.ledger.remember(merchantRef, { kind: 'refund', orderNo: order.orderNo });
    }
  }

  #oweAgain(
    { orderNo }: Order,
    { chargeNo, cents }: RequestLine,
    refund: Pick<ChargeRefund, 'at' | 'merchantRef' | 'origin'>,
  ): void {
    const charge = this.ledger.charge(chargeNo);
    const payment = charge?.adjustments.find((one) => one.kind === 'Payment' && one.orderNo === orderNo);
    if (charge !== undefined && payment?.kind === 'Payment') {
      payment.refunds.push({ ...refund, cents, orderNo });
      touch(charge, refund.at);
    }
  }

  #stopPending(order: Order, state: Order['state'], at: Ticks): void {
    order.state = state;
    order.endedAt = at;
    this.#pending.delete(order);
    this.#bind(order, null, at);
  }

  /** Sets the pending order of all charges of `order` to `orderNo`. Null means that they are in no pending order. */
  #bind(order: Order, orderNo: string | null, at: Ticks): void {
    for (const { chargeNo } of order.lines) {
      const charge = this.ledger.charge(chargeNo);
      if (charge !== undefined) {
        charge.pendingOrderNo = orderNo;
        touch(charge, at);
      }
    }
  }

  /** Adds a row about an order to `ListChanges`. Values in `special` replace the order's own values in this row. */
  #tell(order: Order, type: Change['type'], at: Ticks, special: Told = {}): void {
    if (type !== 'OrderCreated') {
      touch(order, at);
    }
    this.ledger.changes.write({
      ...{ type, at, clerkId: null, reason: null },
      patronNo: order.patronNo,
      merchantRef: order.merchantRef,
      orderNo: order.orderNo,
      chargeNos: order.lines.map(({ chargeNo }) => chargeNo),
      cents: totalOf(order.lines),
      ...special,
    });
  }
}

type Told = Partial<Pick<Change, 'clerkId' | 'reason' | 'merchantRef' | 'chargeNos' | 'cents'>>;
