import { type PaymentHistory, type PaymentViolation, violation } from '../payment-history.ts';

/** The findings of the books are exactly those of the changes that somebody else made. */
export function checkBooks({ findings, foreign, books, hasWaited }: PaymentHistory): PaymentViolation[] {
  if (!hasWaited) {
    return [];
  }
  if (findings === null) {
    return [violation('books', 'the books were not compared at the end')];
  }
  const { lost, differing } = foreignIds({ foreign, books });
  const wanted = [
    ...lost.map((id) => `PAYMENT_LOST ${id}`),
    ...differing.map((id) => `PAYMENT_DIFFERS ${id}`),
  ];
  const found = findings.map(({ operationId, discrepancy }) => `${discrepancy} ${operationId}`);
  return [
    ...found
      .filter((one) => !wanted.includes(one))
      .map((what) => violation('books', `${what} is found, and is not so`)),
    ...wanted.filter((one) => !found.includes(one)).map((what) => violation('books', `${what} is not found`)),
  ];
}

/** The operations about which the books raise an alarm because of the foreign changes, by what is found. */
export function foreignIds({ foreign, books }: Pick<PaymentHistory, 'foreign' | 'books'>) {
  const cancelled = books.orders.filter(({ orderNo }) => orderNo === foreign.cancelledOrder);
  return {
    lost: foreign.reference === null ? [] : [foreign.reference],
    differing: cancelled.map(({ merchantRef }) => merchantRef),
  };
}
