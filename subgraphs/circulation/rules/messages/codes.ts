import type { Localized } from '../../../library/language.ts';

/** The problem codes of this subgraph: a `ProblemCode` of the schema. */
export const problemCodes = [
  'QUOTA_REACHED',
  'CARD_LIMIT_REACHED',
  'PLACE_PENDING',
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_NOT_ACTIVE',
  'CARD_MUST_BE_READ',
  'REPLACEMENT_NOT_TAKEN_OVER',
  'IDENTITY_NUMBER_INVALID',
  'SMART_ID_NEEDED',
  'PATRON_NOT_ACTIVE',
  'NO_CARD_IN_USE',
  'WRONG_NUMBER_OR_PIN',
  'PIN_LOCKED',
  'TOO_MANY_REQUESTS',
  'ALREADY_LENT',
  'ITEM_NOT_FOUND',
  'ITEM_NOT_AVAILABLE',
  'ITEM_NOT_FOR_LOAN',
  'ITEM_NOT_ON_LOAN',
  'ITEM_NOT_HELD',
  'WANTED_BY_ANOTHER',
  'OWN_HOLD_IN_THE_WAY',
  'NO_RENEWALS_LEFT',
  'NOTHING_TO_GAIN',
  'RENEWAL_PENDING',
  'LOAN_NOT_FOUND',
  'HOLD_LIMIT_REACHED',
  'ALREADY_HELD',
  'HOLD_NOT_FOUND',
  'HOLD_NOT_READY',
  'HOLD_ON_CLOSED_CARD',
  'HOLD_ON_LOST_CARD',
  'CARD_IN_USE',
  'ANOTHER_OPERATION_OPEN',
  'FINDING_NOT_FOUND',
  'FINDING_NOT_OPEN',
  'NOTHING_TO_REPAIR',
  'NOT_CERTAIN_YET',
  'GIVEN_UP',
  'TITLE_NOT_FOUND',
  'BRANCH_NOT_FOUND',
  'INVALID',
  'SYSTEM_UNAVAILABLE',
] as const;

export type ProblemCode = (typeof problemCodes)[number];

/** A message, or one that is made from the number of loans or holds that the patron has. */
export type Text = Localized | ((count: number) => Localized);
