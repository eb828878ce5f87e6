import type { Payment, Receipt, Refund } from '../../../adapters/charges/port.ts';
import type { ChargesContext } from '../context.ts';
import { inHongKongDollars } from './money.ts';

/** The payments with these ids, in their order. An id that the payment system doesn't know any more is left out. */
export async function loadPayments(
  ids: readonly string[],
  { payments }: ChargesContext,
): Promise<readonly Payment[]> {
  const found = await Promise.all(ids.map((id) => payments.load(id)));
  return found.filter((payment) => payment !== null);
}

export const paymentResolvers = {
  method: ({ method }: Payment) => method.kind,
  cardDigits: ({ method }: Payment) => method.lastDigits,
  amount: ({ cents }: Payment) => inHongKongDollars(cents),
  payBy: ({ state, payBy }: Payment) => (state === 'PENDING' ? payBy : null),
  receipt,
};

export const paymentLineResolvers = {
  amount: ({ cents }: Payment['lines'][number]) => inHongKongDollars(cents),
  refunded: ({ refundedCents }: Payment['lines'][number]) => inHongKongDollars(refundedCents),
};

export const refundResolvers = {
  amount: ({ cents }: Refund) => inHongKongDollars(cents),
};

export const receiptResolvers = {
  pdf: ({ content }: Receipt) => Buffer.from(content).toString('base64'),
};

async function receipt(
  { id, state }: Payment,
  _args: unknown,
  { services, origin, signal }: ChargesContext,
): Promise<Receipt | null> {
  if (state !== 'PAID') {
    return null;
  }
  const answer = await services.ledger.receipt(id, origin, signal);
  return 'refused' in answer ? null : answer.receipt;
}
