import type { CredentialKind, NewApplication } from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { isIdentityNumber } from '../../../library/card-and-identity-numbers.ts';
import { firstSmartIdDateOfIssue } from '../../../library/smart-id.ts';
import { smartIdAgeYears } from '../limits.ts';
import { type CredentialProblem, invalid, problem } from '../problem.ts';

type DocumentRule = (application: NewApplication, submittedOn: string, today: string) => CredentialProblem[];

/** The documents that each kind of card needs. Each rule runs for every application, and looks at `wants` itself. */
const documentRules: Readonly<Record<CredentialKind, DocumentRule>> = {
  SMART_ID: (application, submittedOn, today) => [
    ...smartIdProblems(application, submittedOn),
    ...dateOfIssueProblems(application, today),
  ],
  LIBRARY_CARD: libraryCardProblems,
};

/**
 * R4, R5, R8: the documents that go with each card. Ages are those on the day of applying, `submittedOn`. A date is in the future
 * if it is after `today`. Both are days in Hong Kong, `YYYY-MM-DD`.
 */
export function documentProblems(
  application: NewApplication,
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  const { identityNumber } = application.applicant;
  const isInvalid = identityNumber !== null && !isIdentityNumber(identityNumber);
  return [
    ...(isInvalid ? [problem('IDENTITY_NUMBER_INVALID', 'applicant', 'identityNumber')] : []),
    ...Object.values(documentRules).flatMap((rule) => rule(application, submittedOn, today)),
  ];
}

/** R4, R5: a smart identity card needs the age, an identity number, and a card of the newer kind in hand. */
function smartIdProblems({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  if (!wants.includes('SMART_ID')) {
    return [];
  }
  const { dateOfBirth, identityNumber, smartIdDateOfIssue } = applicant;
  const isTooYoung = ageOn(submittedOn, dateOfBirth) < smartIdAgeYears;
  const isInHand = smartIdDateOfIssue !== null && smartIdDateOfIssue >= firstSmartIdDateOfIssue;
  return [
    ...(isTooYoung ? [problem('TOO_YOUNG_FOR_SMART_ID', 'wants')] : []),
    ...(identityNumber === null ? [problem('SMART_ID_NEEDED', 'applicant', 'identityNumber')] : []),
    ...(isInHand ? [] : [problem('SMART_ID_NEEDED', 'applicant', 'smartIdDateOfIssue')]),
  ];
}

/** R5: no card is issued in the future, nor before its holder is born. This holds whichever card is wanted. */
function dateOfIssueProblems({ applicant }: NewApplication, today: string): CredentialProblem[] {
  const { smartIdDateOfIssue, dateOfBirth } = applicant;
  const isPossible =
    smartIdDateOfIssue === null || (smartIdDateOfIssue <= today && smartIdDateOfIssue >= dateOfBirth);
  return isPossible ? [] : [invalid('DATE_OF_ISSUE_IMPOSSIBLE', 'applicant', 'smartIdDateOfIssue')];
}

/** R4, R7: a library card needs a document too. Under 11 it is the birth certificate. */
function libraryCardProblems({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  const { dateOfBirth, identityNumber, birthCertificateNumber } = applicant;
  if (!wants.includes('LIBRARY_CARD') || birthCertificateNumber !== null) {
    return [];
  }
  if (ageOn(submittedOn, dateOfBirth) < smartIdAgeYears) {
    return [invalid('BIRTH_CERTIFICATE_NEEDED', 'applicant', 'birthCertificateNumber')];
  }
  // Where a smart identity card is wanted too, its rule asks for the identity number.
  return identityNumber === null && !wants.includes('SMART_ID')
    ? [invalid('DOCUMENT_NEEDED', 'applicant', 'identityNumber')]
    : [];
}
