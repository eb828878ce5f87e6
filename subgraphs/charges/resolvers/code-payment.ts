/** A payment by code, as the payer sees it. It shows neither the charges nor the patron who owes them. */
import type { Payment } from '../../../adapters/charges/port.ts';
import { adoptedKey } from '../../operations/adopted/begin-adopted.ts';
import { requireRead } from '../../runtime/caller.ts';
import type { ChargesContext } from '../context.ts';
import { payByCode, paymentOfPayer } from '../paying/pay-by-code.ts';
import { paymentResolvers, receiptOf } from './payment.ts';

/** The caller's key, as stored in `Operation.caller` when this caller pays by a code. */
export const payerKey = ({ services, caller }: Pick<ChargesContext, 'services' | 'caller'>): string =>
  adoptedKey(services.fingerprintKey, payByCode.kind, caller);

/** A payment that the caller has made by a code. Null for any other. */
export async function codePayment(
  _: unknown,
  { patronId, id }: { readonly patronId: string; readonly id: string },
  context: ChargesContext,
): Promise<Payment | null> {
  const { services, origin, signal } = context;
  requireRead(context.caller, patronId, []);
  return await paymentOfPayer({ ...services, origin }, payerKey(context), id, signal);
}

export const codePaymentResolvers = {
  method: paymentResolvers.method,
  amount: paymentResolvers.amount,
  payBy: paymentResolvers.payBy,
  paidAt: paymentResolvers.paidAt,
  redirectUrl: paymentResolvers.redirectUrl,
  receiptId: async (payment: Payment, _args: unknown, context: ChargesContext): Promise<string | null> =>
    (await receiptOf(payment, context))?.id ?? null,
};
