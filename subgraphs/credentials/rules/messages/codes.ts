/** The problem codes that have one message for each addressee. `INVALID` and `WRONG_STATE` have several. */
export const codesWithMessage = [
  'NOT_FOUND',
  'IDENTITY_NUMBER_INVALID',
  'IDENTITY_MISMATCH',
  'ALREADY_REGISTERED',
  'ALREADY_HELD',
  'PATRON_CLOSED',
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
