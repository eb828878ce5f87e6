import type { AskedPayment } from '../payment-client.ts';
import {
  type PaymentHistory,
  type PaymentViolation,
  seedReference,
  sum,
  violation,
} from '../payment-history.ts';
import type { PaymentOperation } from '../payment-journal.ts';
import type { RevenueBooks } from '../revenue-system.ts';
import { checkBooks } from './books.ts';
import { checkAlarms, checkMoney } from './money.ts';

type Effect = RevenueBooks['effects'][number];
type ShownPayment = NonNullable<AskedPayment['answers'][number]['payment']>;

/** The effect of each kind of operation under its reference. */
const effectOf = {
  RPS_START_PAYMENT: 'OrderCreated',
  RPS_PAY_BY_CODE: 'OrderCreated',
  RPS_WAIVE_CHARGE: 'ChargeWaived',
  RPS_REFUND_PAYMENT: 'OrderRefunded',
} as const;
const effectTypes: readonly string[] = Object.values(effectOf);

const stateOf: Readonly<Record<string, string>> = {
  Pending: 'PENDING',
  Paid: 'PAID',
  Expired: 'EXPIRED',
  Cancelled: 'CANCELLED',
  PaidLate: 'PAID_LATE',
};

/** What of a history must not be. */
export function checkPayments(history: PaymentHistory): PaymentViolation[] {
  const { operations, books } = history;
  const effects = Map.groupBy(
    books.effects.filter(({ type, ref }) => ref !== null && effectTypes.includes(type)),
    ({ ref }) => ref ?? '',
  );
  return [
    ...operations.flatMap((operation) =>
      operation.kind === 'RPS_CANCEL_PAYMENT'
        ? []
        : checkOperation(history, operation, effects.get(operation.id) ?? []),
    ),
    ...withoutOperation(history, effects),
    ...cancellations(history),
    ...answers(history),
    ...checkMoney(history),
    ...checkAlarms(history),
    ...checkBooks(history),
    ...(history.hasWaited
      ? operations
          .filter(({ state }) => state === 'UNSETTLED')
          .map(({ id, kind }) => violation('settled', `${kind} ${id} is not settled`))
      : []),
  ];
}

function checkOperation(
  { alarms }: PaymentHistory,
  operation: PaymentOperation,
  effects: readonly Effect[],
): PaymentViolation[] {
  const { id, kind, state, firstState } = operation;
  const found: PaymentViolation[] = [];
  if (effects.length > 1) {
    found.push(violation('at most one effect', `${kind} ${id} has ${effects.length} effects`));
  }
  if (state !== 'UNSETTLED' && (state === 'DONE') !== effects.length > 0) {
    found.push(violation('states agree', `${kind} ${id} is ${state}, and has ${effects.length} effects`));
  }
  if (firstState !== null && firstState !== state) {
    found.push(
      violation(
        'states agree',
        `${kind} ${id} was ${firstState}, and is ${state}${alarms.includes(id) ? ', alarmed' : ''}`,
      ),
    );
  }
  return [
    ...found,
    ...effects
      .filter((effect) => !isAsAsked(operation, effect))
      .map(({ type, cents }) =>
        violation('effect as asked', `${kind} ${id} led to ${type} of ${cents} cents`),
      ),
  ];
}

function isAsAsked(
  { kind, plan }: PaymentOperation,
  { type, order, charges, cents, patron }: Effect,
): boolean {
  if (plan === null || kind === 'RPS_CANCEL_PAYMENT' || effectOf[kind] !== type) {
    return false;
  }
  const { lines = [], chargeId, paymentId } = plan;
  const wanted = chargeId === undefined ? lines : [{ chargeId, cents: plan.cents ?? 0 }];
  return (
    cents === sum(wanted.map((line) => line.cents)) &&
    charges.toSorted().join() ===
      wanted
        .map((line) => line.chargeId)
        .toSorted()
        .join() &&
    (plan.patronId === undefined || plan.patronId === patron) &&
    (kind !== 'RPS_REFUND_PAYMENT' || paymentId === order)
  );
}

function withoutOperation(
  { operations, foreign }: PaymentHistory,
  effects: ReadonlyMap<string, readonly Effect[]>,
): PaymentViolation[] {
  const known = new Set(operations.map(({ id }) => id));
  return [...effects]
    .filter(
      ([reference]) =>
        !known.has(reference) && !seedReference.test(reference) && reference !== foreign.reference,
    )
    .map(([reference, [effect]]) =>
      violation('no effect without operation', `${effect?.type} under ${reference}`),
    );
}

/** A cancellation has no reference: it agrees if an order is cancelled exactly where an operation is done. */
function cancellations({ operations, books, foreign }: PaymentHistory): PaymentViolation[] {
  const cancelled = Map.groupBy(
    books.effects.filter(({ type, order }) => type === 'OrderCancelled' && order !== foreign.cancelledOrder),
    ({ order }) => order ?? '',
  );
  const asked = Map.groupBy(
    operations.filter(({ kind, plan }) => kind === 'RPS_CANCEL_PAYMENT' && plan !== null),
    ({ plan }) => plan?.paymentId ?? '',
  );
  const orders = new Set([...cancelled.keys(), ...asked.keys()]);
  return [...orders].flatMap((order) => {
    const times = cancelled.get(order)?.length ?? 0;
    const states = (asked.get(order) ?? []).map(({ state }) => state);
    const isDone = states.includes('DONE');
    const agrees = times === 0 ? !isDone : isDone || states.includes('UNSETTLED');
    return times <= 1 && agrees
      ? []
      : [
          violation(
            'cancellations agree',
            `${order} was cancelled ${times} times, and its operations are ${states}`,
          ),
        ];
  });
}

/** What clients were told stays true, and what they saw of payments at the end is what the payment system has. */
function answers({ operations, books, asked }: PaymentHistory): PaymentViolation[] {
  const byReference = new Map(operations.map((operation) => [operation.reference, operation]));
  const orders = new Map(books.orders.map((order) => [order.orderNo, order]));
  const ordersByReference = new Map(books.orders.map((order) => [order.merchantRef, order]));
  return asked.flatMap(({ reference, answers: given, field }) => {
    const operation = byReference.get(reference);
    const told = given.filter(({ state }) => state !== 'UNSETTLED');
    const wrong = told
      .filter(({ state }) => state !== operation?.state)
      .map(({ state }) =>
        violation(
          'answers agree',
          `${field} ${reference} was told ${state}, and is ${operation?.state ?? 'lost'}`,
        ),
      );
    // Who pays by a code is not told the order's number. A refusal may show the order of somebody else.
    const isKnown = ({ id }: ShownPayment) => id !== null || operation?.state === 'DONE';
    const orderOf = ({ id }: ShownPayment) =>
      id === null ? ordersByReference.get(operation?.id ?? '') : orders.get(id);
    const shown = given.flatMap(({ payment }) => (payment !== null && isKnown(payment) ? [payment] : []));
    const last = given.filter(({ isFinal }) => isFinal === true).at(-1)?.payment ?? null;
    const amounts = shown.flatMap((payment) =>
      orderOf(payment)?.cents === payment.amount.cents
        ? []
        : [
            violation(
              'answers agree',
              `${field} ${reference} was told that ${payment.id ?? 'a payment'} is ${payment.amount.cents} cents`,
            ),
          ],
    );
    return [
      ...wrong,
      ...amounts,
      ...(last !== null && isKnown(last) ? finalState(last, orderOf(last)) : []).map((what) =>
        violation('answers agree', what),
      ),
    ];
  });
}

/** An answer from after the run must have the order's state. Earlier answers may have a state that has gone on. */
function finalState({ state }: ShownPayment, order: RevenueBooks['orders'][number] | undefined): string[] {
  const { state: recorded = 'none', orderNo = 'an order' } = order ?? {};
  return stateOf[recorded] === state ? [] : [`${orderNo} is ${recorded}, and the graph says ${state}`];
}
