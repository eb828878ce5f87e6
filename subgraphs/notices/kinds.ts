import type { NoticeKind } from '../../store/journal/port.ts';

/** All kinds of notices, each with its meaning. The names are event types of Standard Webhooks. */
export const noticeKinds = {
  'loan.due-in-3-days': 'The patron has loans that are due in two or three days.',
  'loan.due-in-1-day': 'The patron has loans that are due tomorrow or today.',
  'loan.overdue':
    'The patron has loans that are overdue. It is sent up to three times, a week apart, for all loans that were due on one day.',
  'hold.ready': 'A copy waits for the patron on the hold shelf.',
  'hold.lapsing': 'A hold of the patron ends tomorrow or today, unless the copy is collected.',
  'card.issued': 'The patron was issued a card.',
  'application.decided': 'An application of the patron was approved or rejected.',
  'loss.reported': "The loss of one of the patron's cards was reported.",
  'pin.changed': "The PIN of one of the patron's cards was set.",
  'contact.changed': "The patron's address, telephone number or e-mail address was changed.",
  'charge.raised': 'Something was charged to the patron. One notice tells of all charges of one day.',
  'payment.received': 'A payment of the patron was received.',
  'payment.refunded': 'Money of a payment of the patron was given back.',
} as const satisfies Record<NoticeKind, string>;

export const allKinds = Object.keys(noticeKinds) as NoticeKind[];
