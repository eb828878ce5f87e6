import type { LedgerEvent, LedgerEventKind } from '../../../adapters/charges/port.ts';
import type { AccountChange, AccountChangeKind } from '../../../store/journal/port.ts';
import { hongKongDay } from '../../library/calendar.ts';

const kinds: Readonly<Record<LedgerEventKind, AccountChangeKind>> = {
  CHARGE_RAISED: 'CHARGE_RAISED',
  CHARGE_WAIVED: 'CHARGE_WAIVED',
  PAYMENT_CREATED: 'PAYMENT_STARTED',
  PAYMENT_PAID: 'PAYMENT_PAID',
  PAYMENT_EXPIRED: 'PAYMENT_EXPIRED',
  PAYMENT_CANCELLED: 'PAYMENT_CANCELLED',
  PAYMENT_PAID_LATE: 'PAYMENT_PAID_LATE',
  PAYMENT_REFUNDED: 'PAYMENT_REFUNDED',
};

/** The parts of a change that the log of changes and the notices need. */
export const accountChangeOf = (event: LedgerEvent): AccountChange => ({
  kind: kinds[event.kind],
  patronId: event.patronId,
  notice: noticeOf(event),
});

/**
 * The notice to send for a change. Null for a kind of change without a notice. All charges of a day give one notice,
 * because several items may be returned late together.
 */
function noticeOf({ kind, at, paymentId, sequence }: LedgerEvent): AccountChange['notice'] {
  switch (kind) {
    case 'CHARGE_RAISED':
      return { kind: 'charge.raised', subject: hongKongDay(new Date(at)) };
    case 'PAYMENT_PAID':
      return { kind: 'payment.received', subject: paymentId ?? String(sequence) };
    case 'PAYMENT_REFUNDED':
      return { kind: 'payment.refunded', subject: `${paymentId ?? ''} ${sequence}` };
    default:
      return null;
  }
}
