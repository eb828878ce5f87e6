import type { CredentialState } from '../../../adapters/credentials/port.ts';

/** What would help, by code. `INVALID` and `WRONG_STATE` have no words of their own: what is wrong gives them. */
const help = {
  NOT_FOUND: 'There is no such thing, or it is not for you to see: compare the number.',
  IDENTITY_NUMBER_INVALID:
    'No identity number is written like this: compare it with the card, check digit too.',
  IDENTITY_MISMATCH: "The document or date of birth is not the registry's: compare them with the record.",
  ALREADY_REGISTERED: 'This document is registered already: apply as that patron.',
  ALREADY_HELD:
    'The patron has a card of this kind: replace it if it is lost, end it first, or apply for the other kind.',
  PATRON_CLOSED:
    "The patron's record is closed, and no card is issued on it: ask the staff to look at the record.",
  SMART_ID_NEEDED: 'A smart identity card must be in hand: give its number and its date of issue.',
  TOO_YOUNG_FOR_SMART_ID: 'Under 11 there is no smart identity card service: apply for a library card.',
  GUARANTOR_NEEDED: 'Under 18 a parent or guarantor completes and signs the guarantee section.',
  GUARANTOR_REFUSED:
    'The guarantor does not allow a smart identity card: a library card alone can still be had.',
  ADDRESS_PROOF_NEEDED: 'Proof of address must be shown before this is approved.',
  IDENTITY_DOCUMENT_NEEDED:
    'The registry does not have this identity card yet: compare its number, then approve with identityDocumentSeen.',
  NEWER_DATE_OF_ISSUE_NEEDED:
    'The replacement has a newer date of issue than the lost card: give the one printed on it.',
  FRESH_APPLICATION_NEEDED: 'The service was discontinued: a fresh application is needed.',
  REJECTED_BY_STAFF: 'Staff rejected the application: read their reason, or ask at a counter.',
  ANOTHER_OPERATION_OPEN:
    'Something else is under way for this card or application: wait for its outcome, then try again.',
  SYSTEM_UNAVAILABLE: "A system that this needs can't be reached: try again later.",
} as const;

type CodeWithHelp = keyof typeof help;
export type CredentialProblemCode = CodeWithHelp | 'INVALID' | 'WRONG_STATE';

/** The SDL's `CredentialProblem`. `field` is a path in the input. Neither it nor the message quotes a value (R30). */
export interface CredentialProblem {
  readonly code: CredentialProblemCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

export function problem(code: CodeWithHelp, ...field: string[]): CredentialProblem {
  return { code, message: help[code], field: field.length === 0 ? null : field };
}

/** True for a code that {@link problem} has words for. */
export function hasHelp(code: string): code is CodeWithHelp {
  return Object.hasOwn(help, code);
}

export function invalid(message: string, ...field: string[]): CredentialProblem {
  return { code: 'INVALID', message, field };
}

/** An `INVALID` for each field that something is wrong with; `within` is the path to those fields. */
export function invalidFields(
  faults: Readonly<Record<string, string | null>>,
  ...within: string[]
): CredentialProblem[] {
  return Object.entries(faults).flatMap(([field, fault]) =>
    fault === null ? [] : [invalid(fault, ...within, field)],
  );
}

const stands = {
  ACTIVE: 'The card is in use',
  LOST: 'The card is reported lost',
  SURRENDERED: 'The card was surrendered',
  CLOSED: 'The card has ended',
} as const satisfies Record<CredentialState, string>;

/** A card that stands in the way by its own state; `instead` is what can be done. */
export function wrongState(state: CredentialState, instead: string): CredentialProblem {
  return { code: 'WRONG_STATE', message: `${stands[state]}: ${instead}`, field: ['libraryCardNumber'] };
}
