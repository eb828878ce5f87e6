import type { CredentialProblemCode } from './problem.ts';

/**
 * Any operation can be refused for these reasons: a system does not accept a value, can't be reached, or never
 * answered.
 */
const always = ['INVALID', 'SYSTEM_UNAVAILABLE', 'GIVEN_UP'] as const;

/** The reasons against a change of a card or an application that staff or readers name by its number. */
const ofChange = ['NOT_FOUND', 'WRONG_STATE', 'ANOTHER_OPERATION_OPEN', ...always] as const;

/** The reasons against an application, when it is submitted and when it is approved. */
const ofApplication = [
  'NOT_FOUND',
  'IDENTITY_NUMBER_INVALID',
  'IDENTITY_MISMATCH',
  'ALREADY_REGISTERED',
  'ALREADY_HELD',
  'SMART_ID_NEEDED',
  'TOO_YOUNG_FOR_SMART_ID',
  'GUARANTOR_NEEDED',
  'GUARANTOR_REFUSED',
  'ADDRESS_PROOF_NEEDED',
  'PATRON_CLOSED',
  'ALREADY_MERGED',
  'NEWER_DATE_OF_ISSUE_NEEDED',
  'ANOTHER_OPERATION_OPEN',
  ...always,
] as const;

const ofApproval = [
  ...ofApplication,
  'WRONG_STATE',
  'IDENTITY_DOCUMENT_NEEDED',
  'OTHER_APPLICATION_OPEN',
  'OTHER_APPLICATIONS_UNSEEN',
  'SMART_ID_ENROLLED',
  'REGISTERED_WITHOUT_CARD',
] as const;

/**
 * The reasons for which each kind of operation is refused. The schema has an enum for each kind: the reasons of
 * `REPORT_LOSS` are the values of `ReportLossReason`. `test/schema/problem-codes.test.ts` compares the two.
 */
export const reasons = {
  SUBMIT_APPLICATION: ofApplication,
  APPROVE_APPLICATION: ofApproval,
  DECIDE_APPLICATION: ofApproval,
  REJECT_APPLICATION: ofChange,
  WITHDRAW_APPLICATION: ofChange,
  // Each application has its own outcome, with its own reasons. These are the reasons against the whole operation.
  REJECT_APPLICATIONS: always,
  REPORT_LOSS: ofChange,
  REPLACE_CREDENTIAL: [
    ...ofChange,
    'ALREADY_HELD',
    'SMART_ID_NEEDED',
    'PATRON_CLOSED',
    'ALREADY_MERGED',
    'NEWER_DATE_OF_ISSUE_NEEDED',
    'FRESH_APPLICATION_NEEDED',
  ],
  DISCONTINUE_SMART_ID: ofChange,
  SURRENDER_LIBRARY_CARD: ofChange,
  MERGE_PATRONS: [
    'NOT_FOUND',
    'SAME_RECORD',
    'ALREADY_MERGED',
    'MERGE_CHAIN',
    'PATRON_CLOSED',
    'WRONG_STATE',
    'IDENTITY_ON_LEAVING_RECORD',
    'ANOTHER_OPERATION_OPEN',
    ...always,
  ],
  PRINT_INFORMATION_CARD: ofChange,
  SET_PIN: ofChange,
  CREATE_PIN_CODE: ofChange,
} as const satisfies Readonly<Record<string, readonly (CredentialProblemCode | 'GIVEN_UP')[]>>;

export type OperationKind = keyof typeof reasons;
