/** `Money` of the schema. */
interface Money {
  readonly cents: number;
  readonly currency: 'HKD';
}

/** The payment system knows Hong Kong cents alone. */
export const inHongKongDollars = (cents: number): Money => ({ cents, currency: 'HKD' });
