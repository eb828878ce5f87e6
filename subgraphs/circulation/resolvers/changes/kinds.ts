import type { LogKind, LogRow } from '../../../../store/journal/port.ts';

/** The SDL's `ChangeKind`. `OTHER`: this program doesn't know the kind of the row, or of circulation's event. */
export type ChangeKind = Exclude<LogKind, 'CARD_OTHER'> | 'OTHER';

const kinds: Readonly<Record<LogKind, ChangeKind>> = {
  OPERATION: 'OPERATION',
  LOAN_BEGUN: 'LOAN_BEGUN',
  LOAN_RENEWED: 'LOAN_RENEWED',
  LOAN_ENDED: 'LOAN_ENDED',
  HOLD_PLACED: 'HOLD_PLACED',
  HOLD_CANCELLED: 'HOLD_CANCELLED',
  HOLD_READY: 'HOLD_READY',
  HOLD_MOVED: 'HOLD_MOVED',
  HOLD_LAPSED: 'HOLD_LAPSED',
  HOLD_OFF_SHELF: 'HOLD_OFF_SHELF',
  CARD_REGISTERED: 'CARD_REGISTERED',
  CARD_BLOCKED: 'CARD_BLOCKED',
  CARD_UNBLOCKED: 'CARD_UNBLOCKED',
  CARD_OTHER: 'OTHER',
  NOTICE_MADE: 'NOTICE_MADE',
  NOTICE_UNDELIVERED: 'NOTICE_UNDELIVERED',
  CHARGE_RAISED: 'CHARGE_RAISED',
  CHARGE_WAIVED: 'CHARGE_WAIVED',
  PAYMENT_STARTED: 'PAYMENT_STARTED',
  PAYMENT_PAID: 'PAYMENT_PAID',
  PAYMENT_EXPIRED: 'PAYMENT_EXPIRED',
  PAYMENT_CANCELLED: 'PAYMENT_CANCELLED',
  PAYMENT_PAID_LATE: 'PAYMENT_PAID_LATE',
  PAYMENT_REFUNDED: 'PAYMENT_REFUNDED',
  STATION_WITHDRAWN: 'STATION_WITHDRAWN',
  STATION_RETURNED: 'STATION_RETURNED',
};

/** The kind of a row in the SDL. A program of a newer release may have written a kind that the table lacks. */
export const kindOf = ({ kind }: LogRow): ChangeKind =>
  (kinds as Readonly<Record<string, ChangeKind>>)[kind] ?? 'OTHER';

/** The kinds that concern patrons' accounts. Staff need `charges:read` for them. */
export const isOfAccounts = (kind: ChangeKind): boolean => /^(CHARGE|PAYMENT)_/.test(kind);

/** Whether readers get changes of this kind. Undelivered notices and the service of stations concern only staff. */
export const isForReaders = (kind: ChangeKind): boolean =>
  kind !== 'NOTICE_UNDELIVERED' && kind !== 'STATION_WITHDRAWN' && kind !== 'STATION_RETURNED';
