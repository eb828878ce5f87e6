import type { CredentialKind, NewApplication } from '../../../../adapters/credentials/port.ts';
import { isIdentityNumber } from '../../../library/card-and-identity-numbers.ts';
import { isTooYoungForSmartId } from '../../../library/person.ts';
import { firstSmartIdDateOfIssue } from '../../../library/smart-id.ts';
import { type CredentialProblem, invalid, problem } from '../problem.ts';

type DocumentRule = (application: NewApplication, submittedOn: string, today: string) => CredentialProblem[];

/**
 * The rules about documents, by kind of card. All of them run for every application. If a rule must run only for a
 * wanted kind of card, it checks `wants` itself.
 */
const documentRules: Readonly<Record<CredentialKind, DocumentRule>> = {
  SMART_ID: (application, submittedOn, today) => [
    ...smartIdProblems(application, submittedOn),
    ...dateOfIssueProblems(application, today),
  ],
  LIBRARY_CARD: libraryCardProblems,
};

/**
 * Checks the documents that each kind of card needs (R4, R5, R8).
 * @param submittedOn the day of applying, on which ages are computed; a day in Hong Kong, `YYYY-MM-DD`
 * @param today dates after this day are in the future; a day in Hong Kong, `YYYY-MM-DD`
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

/**
 * An application for a smart identity card needs the minimum age, an identity number, and the date of issue of a card
 * of the newer kind (R4, R5).
 */
function smartIdProblems({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  if (!wants.includes('SMART_ID')) {
    return [];
  }
  const { dateOfBirth, identityNumber, smartIdDateOfIssue } = applicant;
  const isTooYoung = isTooYoungForSmartId(dateOfBirth, submittedOn);
  const isInHand = smartIdDateOfIssue !== null && smartIdDateOfIssue >= firstSmartIdDateOfIssue;
  return [
    ...(isTooYoung ? [problem('TOO_YOUNG_FOR_SMART_ID', 'wants')] : []),
    ...(identityNumber === null ? [problem('SMART_ID_NEEDED', 'applicant', 'identityNumber')] : []),
    ...(isInHand ? [] : [problem('SMART_ID_NEEDED', 'applicant', 'smartIdDateOfIssue')]),
  ];
}

/**
 * No card is issued in the future, or before its holder is born (R5). This is checked whichever card the applicant
 * wants.
 */
function dateOfIssueProblems({ applicant }: NewApplication, today: string): CredentialProblem[] {
  const { smartIdDateOfIssue, dateOfBirth } = applicant;
  const isPossible =
    smartIdDateOfIssue === null || (smartIdDateOfIssue <= today && smartIdDateOfIssue >= dateOfBirth);
  return isPossible ? [] : [invalid('DATE_OF_ISSUE_IMPOSSIBLE', 'applicant', 'smartIdDateOfIssue')];
}

/**
 * An application for a library card must name an identity document, like one for a smart identity card (R4, R7). A
 * child under 11 must name the birth certificate.
 */
function libraryCardProblems({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  const { dateOfBirth, identityNumber, birthCertificateNumber } = applicant;
  if (!wants.includes('LIBRARY_CARD') || birthCertificateNumber !== null) {
    return [];
  }
  if (isTooYoungForSmartId(dateOfBirth, submittedOn)) {
    return [invalid('BIRTH_CERTIFICATE_NEEDED', 'applicant', 'birthCertificateNumber')];
  }
  // If a smart identity card is also wanted, its own rule requires the identity number.
  return identityNumber === null && !wants.includes('SMART_ID')
    ? [invalid('DOCUMENT_NEEDED', 'applicant', 'identityNumber')]
    : [];
}
