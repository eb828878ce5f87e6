import { z } from 'zod';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { ChangeOutcome, PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { refused } from '../rules/refusals.ts';
import { outcomeByState } from './cancel-payment.ts';
import type { PayingServices } from './services.ts';

const plan = z.object({
  /** The id of the operation that made the payment. The payment system has it as the payment's reference. */
  reference: z.string(),
});
type Plan = z.infer<typeof plan>;

export interface CancelAtStation {
  /**
   * The payment to cancel, or null if the station never began a payment under the reference that it sent. `reference`
   * is another one: the id of the operation that made the payment.
   */
  readonly payment: { readonly patronId: string | null; readonly reference: string } | null;
}

/**
 * Cancels a payment that the station has made. The station has told the reader that nothing was paid, and doesn't ask
 * again. So the cancellation begins even if RPS, the payment system, doesn't answer. The reconciler repeats it until
 * the payment has ended. It also waits for a payment that RPS doesn't know, while the request for this payment may
 * still arrive.
 *
 * Example: RPS is silent for a minute. A station makes a payment, gets no answer, and cancels it. Both operations are
 * `UNSETTLED`. RPS answers again, and shows the payment. Then the payment is `DONE`, and the reconciler cancels it.
 */
export const cancelAtStation: PreparedChange<PayingServices, CancelAtStation, Plan> = {
  kind: 'RPS_CANCEL_PAYMENT_AT_STATION',
  dropAfterMs: null,
  auditedAs: null,
  isRepeatable: true,
  plan,
  patronOf: ({ payment }) => payment?.patronId ?? null,
  prepare: async (_services, { payment }) =>
    payment === null
      ? refused('NO_SUCH_PAYMENT', ['payment'])
      : { kind: 'planned', plan: { reference: payment.reference } },
  async send(services, _reference, { reference }, maySend, signal) {
    const { ledger, origin } = services;
    try {
      const [payment = null] = await ledger.paymentsByReference([reference], origin, signal);
      if (payment?.state !== 'PENDING') {
        return payment === null ? await neverMade(services, reference) : outcomeByState(payment);
      }
      const answer = await ledger.cancelPayment(payment.id, null, origin, signal, maySend);
      return 'payment' in answer ? { kind: 'done', result: { paymentId: payment.id } } : null;
    } catch (error) {
      if (error instanceof UpstreamError) {
        return null;
      }
      throw error;
    }
  },
  async find(services, _reference, { reference }, signal) {
    const [payment = null] = await services.ledger.paymentsByReference([reference], services.origin, signal);
    return payment === null ? await neverMade(services, reference) : outcomeByState(payment);
  },
};

/** The refusal, if it is certain that the payment was not made. Null if it may still be made. */
async function neverMade({ journal }: PayingServices, reference: string): Promise<ChangeOutcome | null> {
  const paying = await journal.findById(reference);
  return paying === null || paying.state === 'REFUSED' ? refused('NO_SUCH_PAYMENT', ['payment']) : null;
}
