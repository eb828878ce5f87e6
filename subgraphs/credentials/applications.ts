/**
 * What stands in the way of an application, rule by rule (R2 to R8): pure, dates handed in. Rules that need the patron
 * registry (R7's mismatch and known documents) are not here: a reading of an application does not ask it.
 */
import type { Application, Credential } from '../../adapters/credentials/port.ts';
import { ageOn } from '../calendar.ts';
import { isIdentityNumber } from '../numbers.ts';

/** The codes that a reading of an application can give; a subset of `CredentialProblemCode`. */
const applicationProblems = {
  INVALID: "The smart identity card's date of issue lies in the future: correct it.",
  IDENTITY_NUMBER_INVALID: "The identity number's check digit is wrong: compare it with the card.",
  ALREADY_HELD: 'The patron has a card of this kind in use: end it first, or apply for the other kind.',
  SMART_ID_NEEDED: 'A smart identity card must be in hand: give its date of issue, 23 June 2003 or later.',
  TOO_YOUNG_FOR_SMART_ID: 'Under 11 there is no smart identity card service: apply for a library card.',
  GUARANTOR_NEEDED: 'Under 18 a parent or guarantor completes and signs the guarantee section.',
  GUARANTOR_REFUSED: 'The guarantor does not allow a smart identity card: a library card can still be had.',
  ADDRESS_PROOF_NEEDED: 'Proof of address must be shown before this is approved.',
  IDENTITY_MISMATCH: "The document or date of birth is not the registry's: compare them with the record.",
  ALREADY_REGISTERED: 'This document is registered already: apply as that patron.',
  FRESH_APPLICATION_NEEDED: 'The service was discontinued: a fresh application is needed.',
  REJECTED_BY_STAFF: 'Staff rejected the application; `reason` has their words.',
} as const;

export type ApplicationProblemCode = keyof typeof applicationProblems;
export interface ApplicationProblem {
  readonly code: ApplicationProblemCode;
  readonly message: string;
  readonly field: readonly string[] | null;
}

/** Smart identity cards have been issued since that day (R5). */
export const firstSmartIdDateOfIssue = '2003-06-23';
const smartIdAge = 11;
const adultAge = 18;

/**
 * Why an application can't be approved as it stands, or why it was rejected; empty once approved or withdrawn.
 * `submittedOn` and `today` are days in Hong Kong; `patronCards` those of the application's patron.
 */
export function problemsOf(
  application: Application,
  patronCards: readonly Credential[],
  submittedOn: string,
  today: string,
): ApplicationProblem[] {
  switch (application.status) {
    case 'APPROVED':
    case 'WITHDRAWN':
      return [];
    case 'REJECTED':
      return [rejection(application.reason)];
    case 'RECEIVED':
      return [
        ...addressProof(application),
        ...guarantee(application, submittedOn),
        ...smartId(application, submittedOn, today),
        ...alreadyHeld(application, patronCards),
      ];
    default: {
      const missed: never = application.status;
      return missed;
    }
  }
}

/** R2: who has never been a patron proves an address. */
function addressProof({ patronId, applicant }: Application): ApplicationProblem[] {
  return patronId === null && !applicant.addressProofShown
    ? [problem('ADDRESS_PROOF_NEEDED', 'applicant', 'addressProofShown')]
    : [];
}

/** R3: under 18 on the day of applying, a guarantor signs, and may refuse the smart identity card. */
function guarantee(application: Application, submittedOn: string): ApplicationProblem[] {
  const { applicant, guarantor, wants } = application;
  if (ageOn(submittedOn, applicant.dateOfBirth) >= adultAge) {
    return [];
  }
  if (guarantor === null) {
    return [problem('GUARANTOR_NEEDED', 'guarantor')];
  }
  return wants.includes('SMART_ID') && !guarantor.allowsSmartId
    ? [problem('GUARANTOR_REFUSED', 'guarantor', 'allowsSmartId')]
    : [];
}

/** R4, R5 and R8: who may have a smart identity card, and which card will do. */
function smartId(
  { applicant, wants }: Application,
  submittedOn: string,
  today: string,
): ApplicationProblem[] {
  const problems: ApplicationProblem[] = [];
  if (applicant.identityNumber !== null && !isIdentityNumber(applicant.identityNumber)) {
    problems.push(problem('IDENTITY_NUMBER_INVALID', 'applicant', 'identityNumber'));
  }
  if (!wants.includes('SMART_ID')) {
    return problems;
  }
  if (ageOn(submittedOn, applicant.dateOfBirth) < smartIdAge) {
    problems.push(problem('TOO_YOUNG_FOR_SMART_ID', 'wants'));
  }
  const issued = applicant.smartIdDateOfIssue;
  if (applicant.identityNumber === null || issued === null || issued < firstSmartIdDateOfIssue) {
    problems.push(problem('SMART_ID_NEEDED', 'applicant', 'smartIdDateOfIssue'));
  } else if (issued > today) {
    problems.push(problem('INVALID', 'applicant', 'smartIdDateOfIssue'));
  }
  return problems;
}

/** R7: one card in use of each kind. */
function alreadyHeld({ wants }: Application, patronCards: readonly Credential[]): ApplicationProblem[] {
  const held = patronCards.some((card) => card.state === 'ACTIVE' && wants.includes(card.kind));
  return held ? [problem('ALREADY_HELD', 'wants')] : [];
}

/** A counter may have left a problem's code as its reason; anything else is the staff's own words. */
function rejection(reason: string | null): ApplicationProblem {
  return reason !== null && Object.hasOwn(applicationProblems, reason)
    ? problem(reason as ApplicationProblemCode)
    : problem('REJECTED_BY_STAFF');
}

function problem(code: ApplicationProblemCode, ...field: string[]): ApplicationProblem {
  return { code, message: applicationProblems[code], field: field.length === 0 ? null : field };
}
