import type { ResponseTo } from '../soap/client.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as rps from './contract.generated.ts';
import { type Fault, refusalOf } from './faults.ts';
import { paymentOf, vendorLinesOf, vendorMethodOf } from './payments.ts';
import type { ChangeRefusal, Charge, ChargesLedger, DuplicateRefusal, MaySend, Payment } from './port.ts';
import type { ClientFor } from './reads.ts';
import { chargeOf } from './statements.ts';
import { invalid, isNil, moneyOf } from './values.ts';

type Changes = Pick<ChargesLedger, 'createPayment' | 'cancelPayment' | 'waiveCharge' | 'refundPayment'>;

/** The port's methods that change something. None is retried. */
export const changesOf = (clientFor: ClientFor): Changes => ({
  ...paymentChanges(clientFor),
  ...staffChanges(clientFor),
});

const paymentChanges = (clientFor: ClientFor): Pick<Changes, 'createPayment' | 'cancelPayment'> => ({
  createPayment: (reference, payment, origin, signal, maySend) =>
    send(clientFor(origin), 'CreateOrder', {
      request: () => ({
        request: {
          MerchantRef: reference,
          PatronNo: payment.patronId,
          Lines: vendorLinesOf(payment.lines),
          Method: vendorMethodOf(payment.method),
          ReturnUrl: payment.returnUrl,
        },
      }),
      resultOf: ({ CreateOrderResult }) =>
        paymentIn(
          CreateOrderResult,
          (made) => made.reference === reference && made.patronId === payment.patronId,
        ),
      signal,
      maySend,
    }),
  async cancelPayment(paymentId, reason, origin, signal, maySend) {
    const result = await send(clientFor(origin), 'CancelOrder', {
      request: () => ({ request: { OrderNo: paymentId, Reason: reason } }),
      resultOf: ({ CancelOrderResult }) =>
        paymentIn(CancelOrderResult, ({ id, state }) => id === paymentId && state === 'CANCELLED'),
      signal,
      maySend,
    });
    if (isDuplicate(result)) {
      throw new UpstreamError('payment system', 'outcome-unknown', 'CancelOrder: it takes no reference');
    }
    return result;
  },
});

const staffChanges = (clientFor: ClientFor): Pick<Changes, 'waiveCharge' | 'refundPayment'> => ({
  waiveCharge: (reference, { chargeId, cents, reason }, origin, signal, maySend) =>
    send(clientFor(origin), 'WaiveCharge', {
      request: () => ({
        request: {
          MerchantRef: reference,
          ChargeNo: chargeId,
          Amount: cents === null ? null : moneyOf(cents),
          ClerkId: origin.clerkId,
          Reason: reason,
        },
      }),
      resultOf({ WaiveChargeResult: line }): { readonly charge: Charge } {
        if (isNil(line) || line.ChargeNo !== chargeId) {
          throw invalid('another charge');
        }
        return { charge: chargeOf(line) };
      },
      signal,
      maySend,
    }),
  refundPayment: (reference, { paymentId, lines, reason }, origin, signal, maySend) =>
    send(clientFor(origin), 'RefundOrder', {
      request: () => ({
        request: {
          MerchantRef: reference,
          OrderNo: paymentId,
          Lines: vendorLinesOf(lines),
          ClerkId: origin.clerkId,
          Reason: reason,
        },
      }),
      resultOf: ({ RefundOrderResult }) =>
        paymentIn(
          RefundOrderResult,
          ({ id, refunds }) => id === paymentId && refunds.some((refund) => refund.reference === reference),
        ),
      signal,
      maySend,
    }),
});

/** The payment in a reply. Throws `invalid-response` if it is not the requested payment. */
function paymentIn(
  order: rps.Order | rps.NilOrder | null | undefined,
  isAsked: (payment: Payment) => boolean,
): { readonly payment: Payment } {
  const payment = isNil(order) ? null : paymentOf(order);
  if (payment === null || !isAsked(payment)) {
    throw invalid('another order');
  }
  return { payment };
}

const isDuplicate = (result: object | DuplicateRefusal): result is DuplicateRefusal =>
  'refused' in result && result.refused === 'DUPLICATE';

type Change = 'CreateOrder' | 'CancelOrder' | 'WaiveCharge' | 'RefundOrder';

interface ChangeCall<Name extends Change, Done> {
  /** Makes the request. Throws an `UpstreamError` with `unencodable` for values that the contract has no form for. */
  readonly request: () => rps.Operations[Name]['request'];
  readonly resultOf: (reply: rps.Operations[Name]['reply']) => Done;
  readonly signal: AbortSignal;
  readonly maySend: MaySend | undefined;
}

async function send<Name extends Change, Done>(
  client: ReturnType<ClientFor>,
  operation: Name,
  { request, resultOf, signal, maySend }: ChangeCall<Name, Done>,
): Promise<Done | ChangeRefusal> {
  const read = (response: ResponseTo<rps.Operations[Name]>): Done | ChangeRefusal =>
    // This cast is safe: a response that is not a reply is a fault, and `Fault` covers the faults of all operations.
    response.kind === 'reply' ? resultOf(response.reply) : refusalOf(response as Fault, operation);
  try {
    return await client.change(operation, request(), read, signal, maySend);
  } catch (error) {
    if (error instanceof UpstreamError && error.reason === 'unencodable') {
      return { refused: 'INVALID', fields: [] };
    }
    throw error;
  }
}
