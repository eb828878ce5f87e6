import { z } from 'zod';
import type { Payment } from '../../../adapters/charges/port.ts';
import type { PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { refundLines, sameLines, sumOf } from '../rules/paying.ts';
import { refused } from '../rules/refusals.ts';
import { paymentOfPatron } from './cancel-payment.ts';
import { findEvent, ledgerPosition, positionOf } from './ledger-position.ts';
import { notOurs, refusalFor } from './problems.ts';
import type { ClerkServices } from './services.ts';
import { dropAfterMs, line } from './start-payment.ts';

const plan = z.object({
  /** The position in the list of changes before the refund was sent. The search for the refund begins here. */
  since: ledgerPosition,
  paymentId: z.string(),
  lines: z.array(line).readonly(),
  reason: z.string(),
});
type Plan = z.infer<typeof plan>;

export interface RefundPayment {
  readonly patronId: string;
  readonly paymentId: string;
  /** The charges whose whole paid amount is refunded. Null: the whole payment is refunded. */
  readonly chargeIds: readonly string[] | null;
  readonly reason: string;
}

/**
 * Refunds what was paid for some charges, or the whole payment. The refund is looked up by its reference in the list
 * of changes.
 */
export const refundPayment: PreparedChange<ClerkServices, RefundPayment, Plan> = {
  kind: 'RPS_REFUND_PAYMENT',
  dropAfterMs,
  auditedAs: 'paymentRefund',
  plan,
  patronOf: ({ patronId }) => patronId,
  async prepare(services, { patronId, paymentId, chargeIds, reason }, signal) {
    const payment = await paymentOfPatron(services, patronId, paymentId, signal);
    if (payment === null) {
      return refused('NO_SUCH_PAYMENT', ['paymentId']);
    }
    const found = refundLines(payment, chargeIds);
    if (found.kind === 'refused') {
      return found;
    }
    const since = await positionOf(services.owing);
    return { kind: 'planned', plan: { since, paymentId, lines: found.lines, reason } };
  },
  async send(services, reference, planned, maySend, signal) {
    const answer = await services.ledger.refundPayment(reference, planned, services.origin, signal, maySend);
    const payment = paymentIn(answer);
    if (payment !== null) {
      return isRefunded(payment, reference, planned)
        ? { kind: 'done', result: { paymentId: payment.id, cents: sumOf(planned.lines) } }
        : notOurs;
    }
    return 'refused' in answer && answer.refused !== 'DUPLICATE' ? refusalFor(answer, services) : notOurs;
  },
  async find(services, reference, { since, paymentId, lines }, signal) {
    const event = await findEvent(services.ledger, reference, since, services.origin, signal);
    if (event === null) {
      return null;
    }
    const { kind, cents } = event;
    return kind === 'PAYMENT_REFUNDED' && event.paymentId === paymentId && cents === sumOf(lines)
      ? { kind: 'done', result: { paymentId, cents } }
      : notOurs;
  },
};

type Answer = Awaited<ReturnType<ClerkServices['ledger']['refundPayment']>>;

/**
 * The refunded payment, if the answer shows one. A `DUPLICATE` answer shows what an earlier request with this reference
 * has made, which may be this refund. Null for any other refusal.
 */
function paymentIn(answer: Answer): Payment | null {
  if ('payment' in answer) {
    return answer.payment;
  }
  return answer.refused === 'DUPLICATE' && answer.made.kind === 'PAYMENT' ? answer.made.payment : null;
}

const isRefunded = (payment: Payment, reference: string, { paymentId, lines }: Plan): boolean =>
  payment.id === paymentId &&
  payment.refunds.some((refund) => refund.reference === reference && sameLines(refund.lines, lines));
