import { z } from 'zod';
import type { LedgerEventKind } from '../../../adapters/charges/port.ts';
import type { PaymentAccount, PaymentEffect } from '../../../store/journal/port.ts';
import type { NewFinding } from '../../operations/books/discrepancies.ts';
import { cancelAtStation } from '../paying/cancel-at-station.ts';
import { cancelPayment } from '../paying/cancel-payment.ts';
import { payAtStation } from '../paying/pay-at-station.ts';
import { payByCode } from '../paying/pay-by-code.ts';
import { refundPayment } from '../paying/refund-payment.ts';
import { startPayment } from '../paying/start-payment.ts';
import { waiveCharge } from '../paying/waive-charge.ts';

/**
 * The kinds of operations that cancel a payment. A cancellation has no reference of its own: see
 * `ComparedCancellations`.
 */
export const cancellingKinds: readonly string[] = [cancelPayment.kind, cancelAtStation.kind];

/**
 * The change that each kind of operation makes in the payment system, with the operation's id as its reference. The
 * kinds in `cancellingKinds` are not here, because a cancellation has the payment's reference.
 */
export const effectOfKind: Readonly<Record<string, LedgerEventKind>> = {
  [startPayment.kind]: 'PAYMENT_CREATED',
  [payByCode.kind]: 'PAYMENT_CREATED',
  [payAtStation.kind]: 'PAYMENT_CREATED',
  [waiveCharge.kind]: 'CHARGE_WAIVED',
  [refundPayment.kind]: 'PAYMENT_REFUNDED',
};

/**
 * The part of a done operation's result that is compared with its change in the payment system. Earlier programs stored
 * no amount.
 */
const stored = z
  .object({ paymentId: z.string().optional(), chargeId: z.string().optional(), cents: z.number().optional() })
  .catch({});

/**
 * Compares one operation with the changes in the payment system that have its id. Returns null if they agree. Also
 * returns null for an unsettled operation, because it can't be judged yet. Cancellations are left out:
 * `ComparedCancellations` judges them.
 *
 * Example: a waiver of 21.00 is `DONE` in the journal, and change 412 waived 20.00. The finding is `PAYMENT_DIFFERS`
 * with change 412.
 *
 * @param since as in `BooksState`
 */
export function paymentDiscrepancyOf(
  { operationId, operation, effects: all }: PaymentAccount,
  since: Date,
): NewFinding | null {
  const found = (discrepancy: NewFinding['discrepancy'], effect: PaymentEffect | undefined) =>
    effect === undefined ? null : { operationId, discrepancy, sequence: effect.sequence, at: effect.at };
  const effects = all.filter(({ kind }) => kind !== 'PAYMENT_CANCELLED');
  const [first] = effects;
  switch (operation?.state) {
    case undefined:
      return found(
        'PAYMENT_LOST',
        effects.find(({ at }) => at > since),
      );
    case 'UNSETTLED':
      return null;
    case 'REFUSED':
      return found('PAYMENT_AFTER_REFUSAL', first);
    case 'DONE':
      return found(
        'PAYMENT_DIFFERS',
        effects.find((effect) => effect !== first || !isAsStored(operation, effect)),
      );
  }
}

function isAsStored(
  { kind, result }: NonNullable<PaymentAccount['operation']>,
  effect: PaymentEffect,
): boolean {
  const { paymentId, chargeId, cents } = stored.parse(result);
  const subject = paymentId ?? chargeId;
  return (
    effect.kind === effectOfKind[kind] &&
    (subject === undefined || effect.subject === subject) &&
    (cents === undefined || effect.cents === cents)
  );
}
