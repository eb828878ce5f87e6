import type { Discrepancy, FindingKind, PatronDiscrepancy } from '../../../store/journal/port.ts';

const ofOperations: Readonly<Record<Discrepancy, true>> = {
  OPERATION_LOST: true,
  DONE_AFTER_REFUSAL: true,
  DONE_TWICE: true,
  DONE_TOO_LATE: true,
  NOT_DONE: true,
  OVER_LIMIT: true,
  NEVER_SETTLES: true,
  LENT_OFFLINE: true,
  PAYMENT_LOST: true,
  PAYMENT_AFTER_REFUSAL: true,
  PAYMENT_DIFFERS: true,
  PAYMENT_NOT_DONE: true,
};

const ofPatrons: Readonly<Record<PatronDiscrepancy, true>> = {
  CARD_NOT_BLOCKED: true,
  CARD_BLOCK_UNKNOWN: true,
  CARD_BLOCKED: true,
  CARD_NOT_REGISTERED: true,
  CARD_UNKNOWN: true,
  PATRON_UNKNOWN: true,
  IDENTITY_DIFFERS: true,
  TOO_MANY_LOANS: true,
  LENT_ON_ENDED_CARD: true,
};

const keysOf = <Key extends string>(table: Readonly<Record<Key, true>>) => Object.keys(table) as Key[];

/** The kinds of findings about operations. */
export const discrepancies: readonly Discrepancy[] = keysOf(ofOperations);

export const findingKinds: readonly FindingKind[] = [...discrepancies, ...keysOf(ofPatrons)];
