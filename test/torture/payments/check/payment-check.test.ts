import { describe, expect, test } from 'vitest';
import { type PaymentHistory, type PaymentProperty, paymentProperties } from '../payment-history.ts';
import type { PaymentOperation } from '../payment-journal.ts';
import { checkPayments } from './index.ts';

const none = { patron: 'P8000000', order: null, applied: '2026-12-01T02:00:00Z' };
const raised = { ...none, type: 'ChargeRaised', ref: null, charges: ['G0000001'], cents: 900 };
const created = {
  ...none,
  type: 'OrderCreated',
  ref: 'a1',
  order: 'RO2026000001',
  charges: ['G0000001'],
  cents: 900,
};
const paid = { ...created, type: 'OrderPaid' };
const charge = { chargeNo: 'G0000001', cents: 900, paid: 900, waived: 0, outstanding: 0 };
const order = { orderNo: 'RO2026000001', merchantRef: 'a1', state: 'Paid', cents: 900 };
const operation: PaymentOperation = {
  id: 'a1',
  reference: 'clerk-1-1',
  kind: 'RPS_START_PAYMENT',
  requestedAt: 0,
  state: 'DONE',
  firstState: 'DONE',
  plan: { patronId: 'P8000000', lines: [{ chargeId: 'G0000001', cents: 900 }] },
};
const answer = {
  state: 'DONE',
  reason: null,
  payment: { id: 'RO2026000001', state: 'PAID', amount: { cents: 900 } },
  isFinal: true,
} as const;
const caller = {} as PaymentHistory['asked'][number]['caller'];
const asked = {
  field: 'startPayment',
  input: {},
  caller,
  reference: 'clerk-1-1',
  answers: [answer],
} as const;
const cancelling: PaymentOperation = {
  id: 'c1',
  reference: 'clerk-1-2',
  kind: 'RPS_CANCEL_PAYMENT',
  requestedAt: 0,
  state: 'REFUSED',
  firstState: 'REFUSED',
  plan: { paymentId: 'RO2026000001' },
};

/** A payment that was made and paid. */
const right = {
  operations: [operation, cancelling],
  books: { effects: [raised, created, paid], charges: [charge], orders: [order] },
  asked: [{ ...asked, answers: [answer] }],
  ...{ money: ['RO2026000001'], alarms: [], otherAlarms: [] },
  ...{ foreign: { reference: null, cancelledOrder: null }, findings: [] },
  hasWaited: true,
} satisfies PaymentHistory;
const { books } = right;
const withEffects = (...effects: readonly (typeof created)[]): Partial<PaymentHistory> => ({
  books: { ...books, effects: [raised, created, paid, ...effects] },
});

test('a payment that was made once and paid breaks nothing', () => {
  expect(checkPayments(right)).toEqual([]);
});

const wrong: readonly (readonly [PaymentProperty, string, Partial<PaymentHistory>])[] = [
  ['at most one effect', 'an order that was made twice', withEffects(created)],
  ['no effect without operation', 'an order under another reference', withEffects({ ...created, ref: 'b2' })],
  ['effect as asked', 'another amount', { operations: [{ ...operation, plan: { lines: [] } }] }],
  [
    'states agree',
    'a refusal with an effect',
    { operations: [{ ...operation, state: 'REFUSED', firstState: 'REFUSED' }] },
  ],
  ['states agree', 'a refusal that was corrected', { operations: [{ ...operation, firstState: 'REFUSED' }] }],
  [
    'cancellations agree',
    'a cancelled order whose operation is refused',
    withEffects({ ...created, type: 'OrderCancelled' }),
  ],
  [
    'cancellations agree',
    'a cancellation that nobody did',
    { operations: [operation, { ...cancelling, state: 'DONE', firstState: 'DONE' }] },
  ],
  [
    'settled',
    'an operation without an end',
    { operations: [{ ...operation, state: 'UNSETTLED', firstState: null }] },
  ],
  ['answers agree', 'an answer about a lost operation', { operations: [] }],
  [
    'answers agree',
    'another final state than the payment system has',
    { books: { ...books, orders: [{ ...order, state: 'Expired' }] } },
  ],
  [
    'every cent',
    'a charge whose sums are wrong',
    { books: { ...books, charges: [{ ...charge, outstanding: 1 }] } },
  ],
  ['every cent', 'money that was sent and did not come', { money: ['RO2026000001', 'RO2026000002'] }],
  [
    'alarms',
    'late money that nobody noticed',
    { books: { ...books, orders: [{ ...order, state: 'PaidLate' }] }, asked: [] },
  ],
  ['alarms', 'an alarm without a reason', { alarms: ['a1'] }],
  ['books', 'no comparison at the end', { findings: null }],
  [
    'books',
    'a finding about what agrees',
    { findings: [{ operationId: 'a1', discrepancy: 'PAYMENT_DIFFERS' }] },
  ],
  [
    'books',
    'a foreign order that the books did not find',
    { foreign: { reference: 'f1', cancelledOrder: null } },
  ],
  ['alarms', 'a duplicate that is not ours', { otherAlarms: ['ALARM: a duplicate that is not ours'] }],
];

describe('the checker finds', () => {
  test.each(wrong)('%s: %s', (property, _what, changed) => {
    expect(checkPayments({ ...right, ...changed }).map((found) => found.property)).toContain(property);
  });
});

test('each property has an example that breaks it', () => {
  expect(new Set(wrong.map(([property]) => property))).toEqual(new Set(paymentProperties));
});
