import type { LedgerEvent, LedgerEventKind } from '../../../adapters/charges/port.ts';
import type { PaymentEffect } from '../../../store/journal/port.ts';
import { operationIdIn } from '../../operations/books/operation-reference.ts';

/**
 * Whether changes of a kind are compared with our operations. A change that is compared has the reference of the request
 * that made it. A cancellation is the exception: it has the reference of the payment.
 */
const isCompared: Readonly<Record<LedgerEventKind, boolean>> = {
  PAYMENT_CREATED: true,
  CHARGE_WAIVED: true,
  PAYMENT_REFUNDED: true,
  PAYMENT_CANCELLED: true,
  CHARGE_RAISED: false,
  PAYMENT_PAID: false,
  PAYMENT_EXPIRED: false,
  PAYMENT_PAID_LATE: false,
};

/** The changes that our operations may have made, by their kind and reference. Other changes are left out. */
export function paymentEffectsIn(events: readonly LedgerEvent[]): readonly PaymentEffect[] {
  return events.flatMap((event) => {
    const { sequence, kind, reference, paymentId, chargeIds, cents, at } = event;
    const operationId = isCompared[kind] ? operationIdIn(reference) : null;
    const subject = kind === 'CHARGE_WAIVED' ? chargeIds.join(' ') : (paymentId ?? '');
    return operationId === null
      ? []
      : [
          {
            sequence: String(sequence),
            operationId,
            kind,
            subject: subject.slice(0, 64),
            cents,
            at: new Date(at),
          },
        ];
  });
}
