import type { CirculationRefusal } from '../../../adapters/circulation/port.ts';
import type { ProblemCode } from './problem-codes.ts';

/**
 * Reasons for which any operation can be refused: a system does not accept a value, can't be reached, or never answers.
 */
const always = ['INVALID', 'SYSTEM_UNAVAILABLE', 'GIVEN_UP'] as const;

/** The reasons for which a card number with its PIN is refused. */
const ofPin = ['CREDENTIAL_NOT_ACTIVE', 'WRONG_NUMBER_OR_PIN', 'PIN_LOCKED', 'TOO_MANY_REQUESTS'] as const;
const ofReader = [...ofPin, 'PATRON_NOT_ACTIVE'] as const;

const ofLending = [
  'CREDENTIAL_NOT_FOUND',
  'CREDENTIAL_NOT_ACTIVE',
  'PATRON_NOT_ACTIVE',
  'QUOTA_REACHED',
  'CARD_LIMIT_REACHED',
  'PLACE_PENDING',
  'ITEM_NOT_FOUND',
  'ITEM_NOT_AVAILABLE',
  'ITEM_NOT_FOR_LOAN',
  'WANTED_BY_ANOTHER',
  'HOLD_ON_LOST_CARD',
  ...always,
] as const;

/**
 * The reasons for which each kind of operation is refused. `resendNotice` and `switchOffNotice` begin no operation, but
 * are also in this table. For each kind, the schema has an enum with these values, such as `CheckOutReason` for
 * `CHECK_OUT`. `test/schema/problem-codes.test.ts` compares the two.
 */
export const reasons = {
  CHECK_OUT: [
    ...ofLending,
    'CARD_MUST_BE_READ',
    'REPLACEMENT_NOT_TAKEN_OVER',
    'IDENTITY_NUMBER_INVALID',
    'SMART_ID_NEEDED',
    'ALREADY_LENT',
    'CHARGES_LIMIT_REACHED',
    'HOLD_ON_CLOSED_CARD',
    'ANOTHER_OPERATION_OPEN',
  ],
  LEND_HELD_ITEM: [
    ...ofLending,
    'HOLD_NOT_FOUND',
    'HOLD_NOT_READY',
    'CARD_IN_USE',
    'ITEM_NOT_HELD',
    'CHARGES_LIMIT_REACHED',
    'ANOTHER_OPERATION_OPEN',
  ],
  CHECK_IN: ['ITEM_NOT_FOUND', 'ITEM_NOT_ON_LOAN', 'BRANCH_NOT_FOUND', ...always],
  RENEW_LOAN: [
    ...ofReader,
    'LOAN_NOT_FOUND',
    'NO_RENEWALS_LEFT',
    'NOTHING_TO_GAIN',
    'RENEWAL_PENDING',
    'WANTED_BY_ANOTHER',
    'OWN_HOLD_IN_THE_WAY',
    ...always,
  ],
  RENEW_LOANS: [...ofReader, 'LOAN_NOT_FOUND', ...always],
  RENEW_ALL_LOANS: [...ofReader, ...always],
  PLACE_HOLD: [
    ...ofReader,
    'CREDENTIAL_NOT_FOUND',
    'NO_CARD_IN_USE',
    'TITLE_NOT_FOUND',
    'BRANCH_NOT_FOUND',
    'ALREADY_HELD',
    'HOLD_LIMIT_REACHED',
    'PLACE_PENDING',
    'ANOTHER_OPERATION_OPEN',
    ...always,
  ],
  CANCEL_HOLD: [...ofPin, 'HOLD_NOT_FOUND', ...always],
  CHANGE_PICKUP_BRANCH: [
    'CREDENTIAL_NOT_ACTIVE',
    'PATRON_NOT_ACTIVE',
    'NO_CARD_IN_USE',
    'BRANCH_NOT_FOUND',
    'HOLD_NOT_FOUND',
    'ALREADY_HELD',
    'HOLD_LIMIT_REACHED',
    'PLACE_PENDING',
    'NOT_RESERVED_AGAIN',
    'ANOTHER_OPERATION_OPEN',
    ...always,
  ],
  SET_NOTICE_PREFERENCES: ['NOTICE_MUST_BE_SENT', 'NOT_FOUND', ...always],
  ACKNOWLEDGE_FINDING: ['FINDING_NOT_FOUND', 'FINDING_NOT_OPEN', 'VERSION_CONFLICT', ...always],
  REPAIR_FINDING: [
    'FINDING_NOT_FOUND',
    'FINDING_NOT_OPEN',
    'VERSION_CONFLICT',
    'NOTHING_TO_REPAIR',
    'ANOTHER_OPERATION_OPEN',
    ...always,
  ],
  CLOSE_FINDING: [
    'FINDING_NOT_FOUND',
    'FINDING_NOT_OPEN',
    'VERSION_CONFLICT',
    'NOT_CERTAIN_YET',
    'OPERATION_OF_OTHER_SYSTEM',
    ...always,
  ],
  RESEND_NOTICE: ['NOTICE_NOT_FOUND'],
  SWITCH_OFF_NOTICE: ['LINK_NOT_VALID'],
} as const satisfies Readonly<Record<string, readonly ProblemCode[]>>;

/** The schema's problem code for each of circulation's refusals. */
const problemOfRefusal = {
  CARD_UNKNOWN: 'CREDENTIAL_NOT_FOUND',
  CARD_BLOCKED: 'CREDENTIAL_NOT_ACTIVE',
  ITEM_UNKNOWN: 'ITEM_NOT_FOUND',
  TITLE_UNKNOWN: 'TITLE_NOT_FOUND',
  ITEM_NOT_AVAILABLE: 'ITEM_NOT_AVAILABLE',
  ITEM_NOT_FOR_LOAN: 'ITEM_NOT_FOR_LOAN',
  ITEM_NOT_ON_LOAN: 'ITEM_NOT_ON_LOAN',
  CARD_LIMIT_REACHED: 'CARD_LIMIT_REACHED',
  NO_RENEWALS_LEFT: 'NO_RENEWALS_LEFT',
  WANTED_BY_ANOTHER: 'WANTED_BY_ANOTHER',
  LOAN_UNKNOWN: 'LOAN_NOT_FOUND',
  HOLD_LIMIT_REACHED: 'HOLD_LIMIT_REACHED',
  ALREADY_HELD: 'ALREADY_HELD',
  HOLD_UNKNOWN: 'HOLD_NOT_FOUND',
} as const satisfies Record<CirculationRefusal, ProblemCode>;

/**
 * The problem code for a change that circulation refused. It is `SYSTEM_UNAVAILABLE` if circulation gave no reason
 * (`refusal` is null), or if this kind of operation can't have the reason in the schema.
 */
export function problemOfAnswer(kind: string, refusal: CirculationRefusal | null): ProblemCode {
  const possible: readonly string[] = reasonsByKind[kind] ?? [];
  const problem = refusal === null ? null : problemOfRefusal[refusal];
  return problem !== null && possible.includes(problem) ? problem : 'SYSTEM_UNAVAILABLE';
}

const reasonsByKind: Readonly<Record<string, readonly ProblemCode[]>> = reasons;
