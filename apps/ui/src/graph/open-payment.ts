/**
 * Decides how long a page reads a payment again and again. The page learns only from the payment's state that money has
 * arrived.
 */

interface FollowedPayment {
  readonly state: string;
  readonly createdAt: string;
}

/** The pause between two readings of a payment under way, in ms. */
export const paymentEveryMs = 3_000;
/**
 * How long a payment is read after the last moment at which it can be paid, in ms. The payment system may end the
 * payment a little later.
 */
const slackMs = 3 * 60_000;
/** The time in which a payment can be paid, in ms. */
const payableMs = 15 * 60_000;
/**
 * The states after which a payment is not read any more. An expired or cancelled payment is not final, because money
 * may still arrive for it.
 */
const final: ReadonlySet<string> = new Set(['PAID', 'PAID_LATE']);

/** Whether a payment should be read again: until its state is final, but not much longer than it can be paid. */
export const isPaymentOpen = (payment: FollowedPayment | null | undefined, now: number): boolean =>
  payment != null && !final.has(payment.state) && now < Date.parse(payment.createdAt) + payableMs + slackMs;
