/** Resolvers of the payloads of mutations. They show the current outcome of an operation. */
import { z } from 'zod';
import type { Payment } from '../../../adapters/charges/port.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { problemResolvers } from '../../operations/problem.ts';
import { operationFields, storedProblemsOf } from '../../operations/results/payload.ts';
import type { ChargesContext } from '../context.ts';
import { stationKinds } from '../paying/kinds.ts';
import { payByCode } from '../paying/pay-by-code.ts';
import { loadPayments, openPayment } from './payment.ts';

/** The values that payloads show from an operation's stored result, whether it is done or refused. */
const named = z.object({
  paymentId: z.string().nullable().default(null),
  chargeId: z.string().nullable().default(null),
  closedUntil: z.string().nullable().default(null),
  refusedCharge: z.string().nullable().default(null),
});
const resultIn = ({ result }: Operation) => named.catch(named.parse({})).parse(result);

const payload = {
  operation: (operation: Operation) => operation,
  problems: problemsOf,
  closedUntil: (operation: Operation): string | null => {
    const { closedUntil } = resultIn(operation);
    return closedUntil === null ? null : hongKongInstant(new Date(closedUntil));
  },
};

/** The problems of a refused operation. For a station or a payment by code, they don't name charges. */
function problemsOf(operation: Operation) {
  const hidesCharges = operation.kind === payByCode.kind || stationKinds.includes(operation.kind);
  const charge = hidesCharges ? null : resultIn(operation).refusedCharge;
  return storedProblemsOf(operation).map((problem) => ({ ...problem, charge }));
}

/** The id of an operation's payment. Null if it has none. */
export const paymentIdOf = (operation: Operation): string | null => resultIn(operation).paymentId;

/** The payment of an operation, as it is now. Null if it has none, or if the payment is another patron's. */
export async function paymentOf(
  operation: Operation,
  _args: unknown,
  context: ChargesContext,
): Promise<Payment | null> {
  const paymentId = paymentIdOf(operation);
  if (paymentId === null || operation.patronId === null) {
    return null;
  }
  const [payment = null] = await loadPayments(operation.patronId, [paymentId], context);
  return payment;
}

/**
 * The payment of an operation, for payloads that show the whole payment. The payment in a refusal may be any payment of
 * the patron. So for a refused operation, the caller needs the right to read the account, and an audit record is
 * written.
 * @throws GraphQLError FORBIDDEN
 */
async function openedPaymentOf(
  operation: Operation,
  args: unknown,
  context: ChargesContext,
): Promise<Payment | null> {
  const payment = await paymentOf(operation, args, context);
  if (payment !== null && operation.state === 'REFUSED') {
    await openPayment(payment, context);
  }
  return payment;
}

/**
 * The cancelled payment. Null if the payment was for somebody else's charges: whoever pays by a code never sees the
 * charges.
 */
async function cancelledPaymentOf(
  operation: Operation,
  args: unknown,
  context: ChargesContext,
): Promise<Payment | null> {
  const { patronId } = operation;
  const payment = await paymentOf(operation, args, context);
  if (payment === null || patronId === null) {
    return null;
  }
  const { from } = await context.merges.load(patronId);
  const isOwn = [patronId, ...from].includes(payment.patronId);
  return isOwn ? await openedPaymentOf(operation, args, context) : null;
}

/** The charge that was waived. Null for any other operation. */
export function chargeOf(operation: Operation) {
  const { chargeId } = resultIn(operation);
  return chargeId === null || operation.state !== 'DONE'
    ? null
    : { id: chargeId, patronId: operation.patronId };
}

const ofPayment = { ...payload, payment: openedPaymentOf };
/** The resolvers of payloads that show only a part of a payment: neither its charges nor its receipts. */
const ofPaymentPart = { ...payload, payment: paymentOf };

export const resultResolvers = {
  StartPaymentPayload: ofPayment,
  PayByCodePayload: ofPaymentPart,
  PayAtStationPayload: ofPaymentPart,
  CancelPaymentAtStationPayload: ofPaymentPart,
  CancelPaymentPayload: { ...payload, payment: cancelledPaymentOf },
  RefundPaymentPayload: ofPayment,
  WaiveChargePayload: {
    ...payload,
    charge: chargeOf,
  },
  PaymentOperation: {
    state: operationFields.state,
    requestedAt: operationFields.requestedAt,
    settledAt: operationFields.settledAt,
  },
  PaymentProblem: problemResolvers,
};
