/** How a page follows a payment. Nothing but the payment's state tells that money has come. */

interface FollowedPayment {
  readonly state: string;
  readonly createdAt: string;
  readonly payBy?: string | null;
}

/** The pause between two readings of a payment under way, in ms. */
export const paymentEveryMs = 3_000;
/** How long a payment is read after its last moment, in ms: the payment system may end it a little later. */
const slackMs = 3 * 60_000;
/** The time in which a payment can be paid, in ms, if the graph doesn't say. */
const payableMs = 15 * 60_000;

/** Whether a payment should be read again: while it waits for money, and not much longer than it can. */
export function isPaymentOpen(payment: FollowedPayment | null | undefined, now: number): boolean {
  if (payment == null || payment.state !== 'PENDING') {
    return false;
  }
  const { createdAt, payBy } = payment;
  const end = payBy == null ? Date.parse(createdAt) + payableMs : Date.parse(payBy);
  return now < end + slackMs;
}
