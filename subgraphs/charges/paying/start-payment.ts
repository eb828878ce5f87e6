import { z } from 'zod';
import type { PaidBy, Payment, WalletProvider } from '../../../adapters/charges/port.ts';
import type { DueOperation } from '../../../store/journal/port.ts';
import type { ChangeOutcome, PreparedChange } from '../../operations/adopted/prepared-change.ts';
import type { PaymentSettings } from '../../runtime/environment/payments.ts';
import { outstandingLines, sameLines, sumOf } from '../rules/paying.ts';
import { hostOf, isPayPage, returnUrlOf } from '../rules/payment-pages.ts';
import { refused } from '../rules/refusals.ts';
import { withinLimit } from './payment-limit.ts';
import { notOurs, refusalFor, unlessClosed } from './problems.ts';
import { type PayingServices, statementsOf } from './services.ts';

export const line = z.object({ chargeId: z.string(), cents: z.number() });
const providers = [
  'ALIPAY_HK',
  'WECHAT_PAY_HK',
  'PAY_ME',
  'OCTOPUS',
] as const satisfies readonly WalletProvider[];
/** The payer may use any card. We send neither a brand nor digits of a card. */
const method = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('FPS') }),
  z.object({ kind: z.literal('CARD'), brands: z.array(z.never()).readonly() }),
  z.object({ kind: z.literal('WALLET'), provider: z.enum(providers) }),
  z.object({ kind: z.literal('COUNTER'), branch: z.string(), tender: z.null() }),
]);
type Method = z.infer<typeof method>;
const plan = z.object({
  /** The patron number under which the payment system has the charges. */
  patronId: z.string(),
  lines: z.array(line).readonly(),
  method,
  /** The address to which a payer by card or wallet returns. Null for other methods. */
  returnUrl: z.string().nullable().default(null),
});
export type StartPaymentPlan = z.infer<typeof plan>;
type Plan = StartPaymentPlan;

export interface StartPayment {
  readonly patronId: string;
  /** 1 to 50, each charge once. */
  readonly chargeIds: readonly string[];
  readonly method: AskedMethod;
}

/** `returnOrigin` is the origin to which the payer returns. Null means the library's first origin. */
export type AskedMethod =
  | { readonly kind: 'FPS' }
  | { readonly kind: 'CARD'; readonly returnOrigin: string | null }
  | { readonly kind: 'WALLET'; readonly provider: WalletProvider; readonly returnOrigin: string | null }
  | { readonly kind: 'COUNTER'; readonly branch: string; readonly tender: null };

/**
 * RPS, the payment system, drops a request that it has not carried out within this time, in ms (contract, *When an
 * answer does not come*).
 */
export const dropAfterMs = 60_000;

/**
 * Makes a payment of all that is outstanding on some charges. The operation's id is sent as `MerchantRef`, and the
 * order is looked up by it. RPS, the payment system, remembers this reference for good. So two requests for one
 * operation never make two orders.
 */
export const startPayment: PreparedChange<PayingServices, StartPayment, Plan> = {
  kind: 'RPS_START_PAYMENT',
  dropAfterMs,
  auditedAs: null,
  plan,
  patronOf: ({ patronId }) => patronId,
  prepare: (services, { patronId, chargeIds, method: asked }, signal) =>
    unlessClosed(services, async () => {
      const offered = offeredMethod(services.payments, asked);
      if (offered === null) {
        return refused('METHOD_NOT_OFFERED', ['method']);
      }
      const question = { includeSettled: true, origin: services.origin };
      const statements = await statementsOf(services, patronId, question, signal);
      const found = outstandingLines(statements, chargeIds);
      return found.kind === 'refused'
        ? found
        : await withinLimit(services, patronId, { kind: 'planned', plan: { ...found.of, ...offered } });
    }),
  async send(services, reference, planned, maySend, signal) {
    const answer = await services.ledger.createPayment(reference, planned, services.origin, signal, maySend);
    if ('payment' in answer) {
      tellForeignPage(services, reference, answer.payment);
      return checked(reference, planned, answer.payment);
    }
    if (answer.refused !== 'DUPLICATE') {
      return refusalFor(answer, services);
    }
    return answer.made.kind === 'PAYMENT' ? checked(reference, planned, answer.made.payment) : notOurs;
  },
  async find(services, reference, planned, signal) {
    const [payment = null] = await services.ledger.paymentsByReference([reference], services.origin, signal);
    return payment === null ? null : checked(reference, planned, payment);
  },
  follow: followPayment,
};

/**
 * The payment method in the form that the operation's plan stores, with the address to which the payer returns. Null if
 * the library doesn't offer the method, or if `returnOrigin` is not one of the library's origins.
 */
export function offeredMethod(
  settings: PaymentSettings,
  asked: AskedMethod,
): Pick<Plan, 'method' | 'returnUrl'> | null {
  if (asked.kind === 'FPS' || asked.kind === 'COUNTER') {
    return { method: asked, returnUrl: null };
  }
  const returnUrl = returnUrlOf(settings, asked.returnOrigin);
  if (returnUrl === null) {
    return null;
  }
  return {
    method:
      asked.kind === 'CARD'
        ? { kind: asked.kind, brands: [] }
        : { kind: asked.kind, provider: asked.provider },
    returnUrl,
  };
}

const sameMethod = (asked: Method, made: PaidBy): boolean =>
  asked.kind === 'WALLET'
    ? made.kind === 'WALLET' && made.provider === asked.provider
    : made.kind === asked.kind;

/** Logs an alarm if the payment system sends payers to a host that the library's settings lack. */
function tellForeignPage(
  { payments, log }: Pick<PayingServices, 'payments' | 'log'>,
  operation: string,
  { id, redirectUrl }: Payment,
): void {
  if (redirectUrl !== null && !isPayPage(payments, redirectUrl)) {
    log.error(
      { operation, payment: id, host: hostOf(redirectUrl) },
      'ALARM: the payment system leads payers to a page that CHARGES_PAYMENT_HOSTS lacks; nobody can pay there',
    );
  }
}

/**
 * The outcome of a request to pay. It is done if the payment is the requested one. Otherwise, the reference belongs to
 * another payment.
 */
const checked = (
  reference: string,
  { patronId, lines, method: asked }: Plan,
  payment: Payment,
): ChangeOutcome =>
  payment.reference === reference &&
  payment.patronId === patronId &&
  sameMethod(asked, payment.method) &&
  sameLines(payment.lines, lines)
    ? { kind: 'done', result: { paymentId: payment.id, cents: sumOf(lines) } }
    : notOurs;

const minuteMs = 60_000;
/** An ended payment is looked up until this time after its request, in ms, because money for it may arrive late. */
const followedMs = 24 * 60 * minuteMs;

/**
 * Looks up a payment after its operation is done. A payment that expired or was cancelled is looked up until a day
 * after its request. If money still arrives for it, an alarm is logged, although RPS, the payment system, refunds it by
 * itself. Resolves to the delay before the next lookup, in ms, or to null after the last one.
 */
async function followPayment(
  { ledger, origin, log }: PayingServices,
  { operation: { id, requestedAt }, now }: DueOperation,
  _plan: Plan,
  signal: AbortSignal,
): Promise<number | null> {
  const [payment = null] = await ledger.paymentsByReference([id], origin, signal);
  switch (payment?.state) {
    case 'PENDING':
      return minuteMs;
    case 'EXPIRED':
    case 'CANCELLED':
      return now.getTime() - requestedAt.getTime() < followedMs ? 30 * minuteMs : null;
    case 'PAID_LATE':
      log.error(
        { operation: id, payment: payment.id },
        'ALARM: money came for a payment that had ended; the payment system gives it back',
      );
      return null;
    default:
      return null;
  }
}
