import type { CredentialState } from '../../../adapters/credentials/port.ts';

/**
 * The message of each problem: what is wrong, then what the reader can do. `INVALID` and `WRONG_STATE` have none here: the
 * rule that reports them writes the message.
 */
const messages = {
  NOT_FOUND: 'Nothing has this number, or you may not see it: compare the number.',
  IDENTITY_NUMBER_INVALID:
    'This is not a valid identity number: compare it with the card, including the check digit.',
  IDENTITY_MISMATCH:
    "The document or the date of birth differs from the registry's: compare them with the record.",
  ALREADY_REGISTERED: 'This document is registered already: apply as that patron.',
  ALREADY_HELD:
    'The patron has a card of this kind: replace it if it is lost, end it first, or apply for the other kind.',
  PATRON_CLOSED:
    "The patron's record is closed, and no card is issued on it: ask the staff to look at the record.",
  SMART_ID_NEEDED: 'A smart identity card must be in hand: give its number and its date of issue.',
  TOO_YOUNG_FOR_SMART_ID: 'Under 11 there is no smart identity card service: apply for a library card.',
  GUARANTOR_NEEDED: 'Under 18 a parent or guarantor completes and signs the guarantee section.',
  GUARANTOR_REFUSED:
    'The guarantor does not allow a smart identity card: a library card can still be issued.',
  ADDRESS_PROOF_NEEDED: 'Proof of address must be shown before this is approved.',
  IDENTITY_DOCUMENT_NEEDED:
    'The registry does not have this identity card yet: compare its number, then approve with identityDocumentSeen.',
  NEWER_DATE_OF_ISSUE_NEEDED:
    'The replacement has a newer date of issue than the lost card: give the one printed on it.',
  FRESH_APPLICATION_NEEDED: 'The service was discontinued: a fresh application is needed.',
  REJECTED_BY_STAFF: 'Staff rejected the application: read their reason, or ask at a counter.',
  ANOTHER_OPERATION_OPEN:
    'Another operation on this card or application is open: wait for its outcome, then try again.',
  SYSTEM_UNAVAILABLE: 'A library system that is needed here is unavailable: try again later.',
} as const;

type CodeWithMessage = keyof typeof messages;
export type CredentialProblemCode = CodeWithMessage | 'INVALID' | 'WRONG_STATE';

/** The SDL's `CredentialProblem`. `field` is a path in the input. Neither it nor the message quotes a value (R30). */
export interface CredentialProblem {
  readonly code: CredentialProblemCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export function problem(code: CodeWithMessage, ...field: string[]): CredentialProblem {
  return { code, message: messages[code], field: field.length === 0 ? null : field };
}

/** True for a code that {@link problem} has a message for. */
export function hasMessage(code: string): code is CodeWithMessage {
  return Object.hasOwn(messages, code);
}

export function invalid(message: string, ...field: string[]): CredentialProblem {
  return { code: 'INVALID', message, field };
}

/**
 * An `INVALID` for each field that has a fault. `within` is the path to the object of those fields.
 *
 * @example invalidFields({ name: null, email: 'An e-mail address has one @.' }, 'applicant')
 * // [{ code: 'INVALID', message: 'An e-mail address has one @.', field: ['applicant', 'email'] }]
 */
export function invalidFields(
  faults: Readonly<Record<string, string | null>>,
  ...within: string[]
): CredentialProblem[] {
  return Object.entries(faults).flatMap(([field, fault]) =>
    fault === null ? [] : [invalid(fault, ...within, field)],
  );
}

const stateSentences: Readonly<Record<CredentialState, string>> = {
  ACTIVE: 'The card is in use',
  LOST: 'The card is reported lost',
  SURRENDERED: 'The card was surrendered',
  CLOSED: 'The card has ended',
};

/** The card's state does not allow the change. `instead` completes the message: it says what the reader can do. */
export function wrongState(state: CredentialState, instead: string): CredentialProblem {
  return {
    code: 'WRONG_STATE',
    message: `${stateSentences[state]}: ${instead}`,
    field: ['libraryCardNumber'],
  };
}
