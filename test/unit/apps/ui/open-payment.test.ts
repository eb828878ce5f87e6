import { expect, test } from 'vitest';
import { isPaymentOpen } from '../../../../apps/ui/src/graph/open-payment.ts';

const createdAt = '2026-11-24T12:00:00Z';
const after = (minutes: number) => Date.parse(createdAt) + minutes * 60_000;

test.each([
  ['PENDING', 1, true],
  ['PENDING', 17, true],
  ['PENDING', 19, false],
  // Money may come after the end: it makes the payment PAID_LATE.
  ['EXPIRED', 16, true],
  ['CANCELLED', 1, true],
  ['CANCELLED', 19, false],
  ['PAID', 1, false],
  ['PAID_LATE', 16, false],
])('a payment that is %s after %i minutes is read again: %s', (state, minutes, isOpen) => {
  expect(isPaymentOpen({ state, createdAt }, after(minutes))).toBe(isOpen);
});

test('no payment is not read again', () => {
  expect(isPaymentOpen(null, after(0))).toBe(false);
});
