import { GraphQLError } from 'graphql';
import type { Payment, Receipt, Refund } from '../../../adapters/charges/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import type { ChargesContext } from '../context.ts';
import { startPayment } from '../paying/start-payment.ts';
import { isPayPage, methodsForReaders } from '../rules/payment-pages.ts';
import { inHongKongDollars } from './money.ts';

/**
 * The patron's payments with these ids, in the order of the ids. Unknown payments are left out, and so are payments of
 * somebody else: the payment system may name a wrong payment on a charge or in a refusal.
 */
export async function loadPayments(
  patronId: string,
  ids: readonly string[],
  { payments, merges }: ChargesContext,
): Promise<readonly Payment[]> {
  const [{ from }, found] = await Promise.all([
    merges.load(patronId),
    Promise.all(ids.map((id) => payments.load(id))),
  ]);
  const records = [patronId, ...from];
  return found.filter((payment) => payment !== null).filter((payment) => records.includes(payment.patronId));
}

/**
 * Checks that the caller may read a payment in full, and writes an audit record before the answer (R27). The payment's
 * state and amount are shown without this check, because staff who make, cancel or refund a payment may always read
 * them.
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN
 */
export async function openPayment({ patronId }: Payment, context: ChargesContext): Promise<void> {
  const { into } = await context.merges.load(patronId);
  const ownerId = into ?? patronId;
  requireRead(context.caller, ownerId, ['charges:read']);
  await context.recordOpening('LOANS', ownerId);
}

/** The resolver of a field that shows more than the payment's state and amount. */
const opened =
  <Value>(show: (payment: Payment, context: ChargesContext) => Value | Promise<Value>) =>
  async (payment: Payment, _args: unknown, context: ChargesContext): Promise<Value> => {
    await openPayment(payment, context);
    return await show(payment, context);
  };

export const paymentMethods = (_: unknown, _args: unknown, { services }: ChargesContext) =>
  methodsForReaders(services.payments);

const instantOrNull = (instant: string | null): string | null =>
  instant === null ? null : hongKongInstant(new Date(instant));

export const paymentResolvers = {
  method: ({ method }: Payment) => method.kind,
  cardDigits: opened(cardDigits),
  lines: opened(({ lines }) => lines),
  refunds: opened(({ refunds }) => refunds),
  amount: ({ cents }: Payment) => inHongKongDollars(cents),
  createdAt: ({ createdAt }: Payment) => hongKongInstant(new Date(createdAt)),
  payBy: ({ state, payBy }: Payment) => (state === 'PENDING' ? instantOrNull(payBy) : null),
  paidAt: ({ paidAt }: Payment) => instantOrNull(paidAt),
  redirectUrl,
  receipt: opened(receiptOf),
};

/**
 * The last digits of the payer's card. Whoever pays by code is not the patron, and their digits must not be shown to
 * the patron. So a patron sees the digits only if the operation that made the payment shows that no code was used.
 * After 30 days the operation is removed, and the patron no longer sees the digits.
 */
async function cardDigits(
  { method: { lastDigits }, reference }: Payment,
  { caller, services }: ChargesContext,
): Promise<string | null> {
  if (lastDigits === null || mayRead(caller, null, ['charges:read'])) {
    return lastDigits;
  }
  const operation = reference === null ? null : await services.journal.findById(reference);
  return operation?.kind === startPayment.kind ? lastDigits : null;
}

/** A payment at a station: the fields that the till and the reader need, without the charges. */
export const stationPaymentResolvers = {
  amount: paymentResolvers.amount,
  payBy: paymentResolvers.payBy,
};

export const paymentLineResolvers = {
  amount: ({ cents }: Payment['lines'][number]) => inHongKongDollars(cents),
  refunded: ({ refundedCents }: Payment['lines'][number]) => inHongKongDollars(refundedCents),
};

export const refundResolvers = {
  refundedAt: ({ refundedAt }: Refund) => hongKongInstant(new Date(refundedAt)),
  amount: ({ cents }: Refund) => inHongKongDollars(cents),
};

export const receiptResolvers = {
  issuedAt: ({ issuedAt }: Receipt) => hongKongInstant(new Date(issuedAt)),
  pdf: ({ content }: Receipt) => Buffer.from(content).toString('base64'),
};

/**
 * The address of the page where the payer pays by card or wallet. Null if the payment system gives no address.
 * @throws GraphQLError UPSTREAM_INVALID_RESPONSE for an address that the library's settings don't allow.
 */
function redirectUrl(
  { redirectUrl: address }: Payment,
  _args: unknown,
  { services }: ChargesContext,
): string | null {
  if (address === null) {
    return null;
  }
  if (!isPayPage(services.payments, address)) {
    throw new GraphQLError('The payment system leads payers to a page that the library has not set.', {
      extensions: { code: 'UPSTREAM_INVALID_RESPONSE' },
    });
  }
  // The address is normalized, because parsers may read other forms of it differently.
  return new URL(address).href;
}

/** The receipt of a payment. Null unless it is paid. */
export async function receiptOf(
  { id, state }: Payment,
  { receipts }: Pick<ChargesContext, 'receipts'>,
): Promise<Receipt | null> {
  return state === 'PAID' ? await receipts.load(id) : null;
}
