interface Money {
  readonly cents: number;
  readonly currency: 'HKD';
}

/** Amounts in the payment system are always in Hong Kong cents. */
export const inHongKongDollars = (cents: number): Money => ({ cents, currency: 'HKD' });
