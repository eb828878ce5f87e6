interface Money {
  readonly cents: number;
  readonly currency: 'HKD';
}

/** The payment system only knows Hong Kong cents. */
export const inHongKongDollars = (cents: number): Money => ({ cents, currency: 'HKD' });
