import { z } from 'zod';
import { failed } from '../control/control.ts';
import type { ControlAnswer, SystemControl } from '../simulated-system.ts';
import type { Orders } from './ledger/orders.ts';
import type { Charge, Method, Order } from './ledger/rows.ts';
import { chargeShape } from './ledger/seed.ts';
import { type Ticks, utcText } from './ledger/ticks.ts';
import type { RpsClock } from './rps-clock.ts';

const orderNo = z.string().min(1);
const { cardNo, loanNo, dueOn, channel } = chargeShape;
const raised = z.strictObject({
  ...chargeShape,
  cardNo: cardNo.default(null),
  loanNo: loanNo.default(null),
  dueOn: dueOn.default(null),
  channel: channel.default('Batch'),
  /** The number of a charge from circulation. RPS gives numbers to its own charges. */
  chargeNo: z
    .string()
    .regex(/^F[0-9]{7}$/, 'not F and seven digits')
    .optional(),
});

/** What a request to the control route asks for: one event outside of RPS, or nothing (`{}`). */
const wanted = z.union([
  z.strictObject({ pay: orderNo }),
  z.strictObject({ expire: orderNo }),
  z.strictObject({ raise: raised }),
  z.strictObject({ clock: z.string() }),
  z.strictObject({}),
]);

/**
 * Makes RPS's control route, which simulates events outside of RPS. `{"pay"}` is a payment at the bank, `{"expire"}`
 * lets a pending order expire, `{"raise"}` adds a charge, and `{"clock"}` moves RPS's clock. `{}` only returns the time
 * of that clock.
 */
export const controlOf =
  (orders: Orders, clock: RpsClock, catchUp: () => void): SystemControl =>
  (json) => {
    catchUp();
    const parsed = wanted.safeParse(json);
    if (!parsed.success) {
      return failed(400, z.prettifyError(parsed.error));
    }
    const asked = parsed.data;
    const told = (content: object = {}): ControlAnswer => {
      catchUp();
      return { status: 200, content: { now: utcText(clock.now()), ...content } };
    };
    if ('clock' in asked) {
      return clock.move(asked.clock) ? told() : failed(400, 'clock: not +16m, a UTC time or real');
    }
    if ('raise' in asked) {
      const chargeNo = asked.raise.chargeNo ?? orders.ledger.nextNumber('G', 7);
      if (orders.ledger.charge(chargeNo) !== undefined) {
        return failed(409, `${chargeNo} is there already`);
      }
      const charge = orders.ledger.raise({ ...asked.raise, chargeNo }, clock.now());
      return told({ charge: chargeJson(charge) });
    }
    if ('pay' in asked || 'expire' in asked) {
      const order = orders.get('pay' in asked ? asked.pay : asked.expire);
      if (order === undefined) {
        return failed(404, 'there is no such order');
      }
      const isDone = 'pay' in asked ? pay(orders, order, clock.now()) : expire(orders, order, clock.now());
      return isDone ? told({ state: order.state }) : failed(409, `the order is ${order.state}`);
    }
    return told();
  };

/** Pays an order, even one that has ended. Returns false if the order was already paid, in time or late. */
function pay(orders: Orders, order: Order, at: Ticks): boolean {
  if (order.state === 'Paid' || order.state === 'PaidLate') {
    return false;
  }
  const method = withMaskedNo(order.method);
  if (order.state === 'Pending') {
    orders.pay(order, method, at);
  } else {
    orders.payLate(order, method, at);
  }
  return true;
}

function expire(orders: Orders, order: Order, at: Ticks): boolean {
  if (order.state !== 'Pending') {
    return false;
  }
  orders.end(order, 'Expired', at);
  return true;
}

/**
 * Adds the payer's masked card number (`MaskedNo`) to a card payment, because RPS learns the number when the card is
 * used.
 */
const withMaskedNo = (method: Method): Method =>
  method.type === 'CardMethod'
    ? { ...method, elements: { ...method.elements, MaskedNo: '************4242' } }
    : method;

const chargeJson = ({
  raisedAt,
  adjustments: _adjustments,
  changedAt: _changedAt,
  ...charge
}: Charge): object => ({
  ...charge,
  raisedAt: utcText(raisedAt),
});
