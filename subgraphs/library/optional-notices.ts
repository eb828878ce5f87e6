import type { NoticeKind, NoticePreferences } from '../../store/journal/port.ts';

/**
 * Readers may switch off what reminds them of a due date or a hold. The library must send the others: about overdue
 * loans, costs, decisions, and changes of cards, PINs and contact details.
 */
export const mayBeSwitchedOff = {
  'loan.due-in-3-days': true,
  'loan.due-in-1-day': true,
  'loan.overdue': false,
  'hold.ready': true,
  'hold.lapsing': true,
  'card.issued': false,
  'application.decided': false,
  'loss.reported': false,
  'pin.changed': false,
  'contact.changed': false,
  'charge.raised': false,
  'payment.received': false,
  'payment.refunded': false,
} as const satisfies Record<NoticeKind, boolean>;

/** Whether a reader with these preferences gets no notices of this kind. */
export const isSwitchedOff = (
  kind: NoticeKind,
  { switchedOff }: Pick<NoticePreferences, 'switchedOff'>,
): boolean => mayBeSwitchedOff[kind] && switchedOff.includes(kind);
