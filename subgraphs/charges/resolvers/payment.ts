import { GraphQLError } from 'graphql';
import type { Payment, Receipt, Refund } from '../../../adapters/charges/port.ts';
import type { ChargesContext } from '../context.ts';
import { isPayPage, methodsForReaders } from '../rules/payment-pages.ts';
import { inHongKongDollars } from './money.ts';

/** The payments with these ids, in their order. An id that the payment system doesn't know is left out. */
export async function loadPayments(
  ids: readonly string[],
  { payments }: ChargesContext,
): Promise<readonly Payment[]> {
  const found = await Promise.all(ids.map((id) => payments.load(id)));
  return found.filter((payment) => payment !== null);
}

/** The ways of paying that the library offers to readers. */
export const paymentMethods = (_: unknown, _args: unknown, { services }: ChargesContext) =>
  methodsForReaders(services.payments);

export const paymentResolvers = {
  method: ({ method }: Payment) => method.kind,
  cardDigits: ({ method }: Payment) => method.lastDigits,
  amount: ({ cents }: Payment) => inHongKongDollars(cents),
  payBy: ({ state, payBy }: Payment) => (state === 'PENDING' ? payBy : null),
  redirectUrl,
  receipt,
};

/** A payment as its payer sees it who pays for somebody else: without its number, its charges and its receipt. */
export const codePaymentResolvers = {
  method: paymentResolvers.method,
  amount: paymentResolvers.amount,
  payBy: paymentResolvers.payBy,
  redirectUrl,
};

/** A payment at a station: what the till and the reader need, and nothing of what it pays. */
export const stationPaymentResolvers = {
  amount: paymentResolvers.amount,
  payBy: paymentResolvers.payBy,
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

/** The page on which a card or a wallet pays. A payer is never sent to a page that the library has not set. */
function redirectUrl(
  { redirectUrl: address }: Payment,
  _args: unknown,
  { services }: ChargesContext,
): string | null {
  if (address !== null && !isPayPage(services.payments, address)) {
    throw new GraphQLError('The payment system leads payers to a page that the library has not set.', {
      extensions: { code: 'UPSTREAM_INVALID_RESPONSE' },
    });
  }
  return address;
}

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
