/** How a page follows a payment. Nothing but the payment's state tells that money has come. */

interface FollowedPayment {
  readonly state: string;
  readonly createdAt: string;
}

/** The pause between two readings of a payment under way, in ms. */
export const paymentEveryMs = 3_000;
/** How long a payment is read after its last moment, in ms: the payment system may end it a little later. */
const slackMs = 3 * 60_000;
/** The time in which a payment can be paid, in ms. */
const payableMs = 15 * 60_000;
/** The states after which nothing changes. Money may still come for a payment that has expired or was cancelled. */
const final: ReadonlySet<string> = new Set(['PAID', 'PAID_LATE']);

/** Whether a payment should be read again: until its last state is known, and not much longer than it can be paid. */
export const isPaymentOpen = (payment: FollowedPayment | null | undefined, now: number): boolean =>
  payment != null && !final.has(payment.state) && now < Date.parse(payment.createdAt) + payableMs + slackMs;
