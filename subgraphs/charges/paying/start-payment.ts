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

/** RPS drops a request after this time, in ms, if it was not carried out (contract, *When an answer does not come*). */
export const dropAfterMs = 60_000;

/**
 * Makes a payment of all that is outstanding on some charges. The operation's id is RPS's `MerchantRef`. RPS remembers it
 * for good, so two requests of one operation never make two orders. The order is looked up by this reference.
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
 * The method, and the address to which its payer returns. Null if the library doesn't offer the method, or doesn't know
 * the origin to return to.
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

/** Logs the host of a page to which no payer is sent, because the library's settings lack the host. */
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

/** Compares the payment that was made with the requested one. */
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
/** The time after the request for which an ended payment is followed, in ms. Money may arrive late. */
const followedMs = 24 * 60 * minuteMs;

/**
 * Looks up a payment. Resolves to the delay before the next look, in ms, or to null if no more looks are needed. A
 * payment that expired or was cancelled is followed until a day after its request. Late money raises an alarm, although
 * RPS refunds it by itself.
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
