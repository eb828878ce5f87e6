import { z } from 'zod';
import type { Payment } from '../../../adapters/charges/port.ts';
import type { ChangeOutcome, PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { recordsOfPerson } from '../../operations/merged-records.ts';
import { refused } from '../rules/refusals.ts';
import { paymentOfPayer } from './pay-by-code.ts';
import { refusalFor } from './problems.ts';
import type { PayingServices } from './services.ts';

const plan = z.object({ paymentId: z.string() });
type Plan = z.infer<typeof plan>;

export interface CancelPayment {
  readonly patronId: string;
  readonly paymentId: string;
  /**
   * The caller's key, as stored in `Operation.caller` when this patron pays by a code. With it, patrons can also cancel
   * payments that they made for somebody else. Null for staff.
   */
  readonly payer: string | null;
}

/**
 * Cancels a payment that is not paid yet. RPS, the payment system, takes no reference for a cancellation, and never
 * drops the request. So only the state of the order shows the outcome. Repeated requests cancel an order only once. So
 * the reconciler repeats the request while the order is pending, 15 minutes at most.
 */
export const cancelPayment: PreparedChange<PayingServices, CancelPayment, Plan> = {
  kind: 'RPS_CANCEL_PAYMENT',
  dropAfterMs: null,
  auditedAs: null,
  isRepeatable: true,
  plan,
  patronOf: ({ patronId }) => patronId,
  async prepare(services, { patronId, paymentId, payer }, signal) {
    const payment =
      (await paymentOfPatron(services, patronId, paymentId, signal)) ??
      (payer === null ? null : await paymentOfPayer(services, payer, paymentId, signal));
    if (payment === null) {
      return refused('NO_SUCH_PAYMENT', ['paymentId']);
    }
    return payment.state === 'PENDING' ? { kind: 'planned', plan: { paymentId } } : ended(paymentId);
  },
  async send(services, _reference, { paymentId }, maySend, signal) {
    const answer = await services.ledger.cancelPayment(paymentId, null, services.origin, signal, maySend);
    return 'payment' in answer ? { kind: 'done', result: { paymentId } } : refusalFor(answer, services);
  },
  async find({ ledger, origin }, _reference, { paymentId }, signal) {
    const [payment = null] = await ledger.paymentsById([paymentId], origin, signal);
    return payment === null ? null : outcomeByState(payment);
  },
};

/** The outcome of a cancellation. Null while the payment is pending, as the request to cancel it may still arrive. */
export function outcomeByState({ id, state, endedAt, payBy }: Payment): ChangeOutcome | null {
  if (state === 'PENDING') {
    return null;
  }
  // `PAID_LATE` hides how the payment ended. If it ended before `payBy`, it was cancelled. Otherwise it expired.
  const endedEarly = endedAt !== null && payBy !== null && endedAt < payBy;
  const isCancelled = state === 'CANCELLED' || (state === 'PAID_LATE' && endedEarly);
  return isCancelled ? { kind: 'done', result: { paymentId: id } } : ended(id);
}

const ended = (paymentId: string) => refused('NOT_PENDING', ['paymentId'], { paymentId });

/** The payment with this id. Null if it doesn't exist, or if it belongs to none of the patron's records. */
export async function paymentOfPatron(
  services: PayingServices,
  patronId: string,
  paymentId: string,
  signal: AbortSignal,
): Promise<Payment | null> {
  const records = await recordsOfPerson(services.merged, patronId);
  const [payment = null] = await services.ledger.paymentsById([paymentId], services.origin, signal);
  return payment !== null && records.includes(payment.patronId) ? payment : null;
}
