/**
 * The problem codes that have one message. The message may differ between readers, stations and staff. `INVALID` and
 * `WRONG_STATE` have several messages.
 */
export const codesWithMessage = [
  'NOT_FOUND',
  'IDENTITY_NUMBER_INVALID',
  'IDENTITY_MISMATCH',
  'ALREADY_REGISTERED',
  'ALREADY_HELD',
  'OTHER_APPLICATION_OPEN',
  'OTHER_APPLICATIONS_UNSEEN',
  'SMART_ID_ENROLLED',
  'REGISTERED_WITHOUT_CARD',
  'PATRON_CLOSED',
  'SAME_RECORD',
  'ALREADY_MERGED',
  'MERGE_CHAIN',
  'IDENTITY_ON_LEAVING_RECORD',
  'SMART_ID_NEEDED',
  'TOO_YOUNG_FOR_SMART_ID',
  'GUARANTOR_NEEDED',
  'GUARANTOR_REFUSED',
  'ADDRESS_PROOF_NEEDED',
  'IDENTITY_DOCUMENT_NEEDED',
  'NEWER_DATE_OF_ISSUE_NEEDED',
  'FRESH_APPLICATION_NEEDED',
  'REJECTED_BY_STAFF',
  'ANOTHER_OPERATION_OPEN',
  'SYSTEM_UNAVAILABLE',
] as const;

export type CodeWithMessage = (typeof codesWithMessage)[number];
