import {
  type PaymentHistory,
  type PaymentViolation,
  seedReference,
  sum,
  violation,
} from '../payment-history.ts';
import { foreignIds } from './books.ts';

/** Every cent: the charges by their effects, and the orders by the money that was sent. */
export function checkMoney({ books, money: sent }: PaymentHistory): PaymentViolation[] {
  const amounts = new Map(books.charges.map(({ chargeNo, ...charge }) => [chargeNo, charge]));
  const wrongCharges = [...amounts].flatMap(([number, { cents, paid, waived, outstanding }]) =>
    cents === paid + waived + outstanding && outstanding >= 0
      ? []
      : [violation('every cent', `${number}: ${cents} is not ${paid} + ${waived} + ${outstanding}`)],
  );
  const total = (type: string): number =>
    sum(books.effects.filter((effect) => effect.type === type).map(({ cents }) => cents));
  const all = books.charges;
  const sums = [
    ['charges', total('ChargeRaised'), sum(all.map(({ cents }) => cents))],
    ['waivers', total('ChargeWaived'), sum(all.map(({ waived }) => waived))],
    // Money that came late was given back, and both are in no charge.
    [
      'payments less refunds',
      total('OrderPaid') + total('OrderPaidLate') - total('OrderRefunded'),
      sum(all.map(({ paid }) => paid)),
    ],
  ] as const;
  const ordersPaid = books.effects.filter(({ type }) => type === 'OrderPaid' || type === 'OrderPaidLate');
  const ofRun = ordersPaid
    .filter(({ ref }) => ref !== null && !seedReference.test(ref))
    .map(({ order }) => order ?? '');
  return [
    ...wrongCharges,
    ...sums
      .filter(([, fromEffects, fromCharges]) => fromEffects !== fromCharges)
      .map(([what, fromEffects, fromCharges]) =>
        violation(
          'every cent',
          `${what}: ${fromEffects} cents by the effects, ${fromCharges} by the charges`,
        ),
      ),
    ...(ofRun.toSorted().join() === sent.toSorted().join()
      ? []
      : [violation('every cent', `money came for ${ofRun.length} orders, and was sent for ${sent.length}`)]),
  ];
}

export function checkAlarms({
  operations,
  books,
  foreign,
  alarms: raised,
  otherAlarms,
  hasWaited,
}: PaymentHistory): PaymentViolation[] {
  const ofBooks = Object.values(foreignIds({ foreign, books })).flat();
  const late = new Set(
    books.orders.filter(({ state }) => state === 'PaidLate').map(({ merchantRef }) => merchantRef),
  );
  const corrected = new Set(
    operations
      .filter(({ state, firstState }) => firstState !== null && firstState !== state)
      .map(({ id }) => id),
  );
  const missing = hasWaited ? operations.filter(({ id }) => late.has(id) && !raised.includes(id)) : [];
  return [
    ...missing.map(({ id }) => violation('alarms', `money came late for ${id}, and nobody was told`)),
    ...raised
      .filter((id) => !late.has(id) && !corrected.has(id) && !ofBooks.includes(id))
      .map((id) => violation('alarms', `an alarm about ${id}, with which nothing is wrong`)),
    ...otherAlarms.map((text) => violation('alarms', text)),
  ];
}
