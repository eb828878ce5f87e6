import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { ageOn } from '../../../library/calendar.ts';
import { isIdentityNumber } from '../../../library/numbers.ts';
import { firstSmartIdDateOfIssue } from '../../../library/smart-id.ts';
import { type CredentialProblem, invalid, problem } from '../problem.ts';

/** From the eleventh birthday on, a smart identity card can be enrolled (R4). */
const smartIdAge = 11;

/**
 * R4, R5 and R8: which document goes with which card. Ages are those on the day of applying, `submittedOn`; what lies in
 * the future does so on `today`. Both are days in Hong Kong.
 */
export function documentProblems(
  application: NewApplication,
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  const { identityNumber } = application.applicant;
  const isWrong = identityNumber !== null && !isIdentityNumber(identityNumber);
  return [
    ...(isWrong ? [problem('IDENTITY_NUMBER_INVALID', 'applicant', 'identityNumber')] : []),
    ...smartId(application, submittedOn),
    ...dateOfIssue(application, today),
    ...libraryCard(application, submittedOn),
  ];
}

/** R4 and R5: who may have a smart identity card, and that it is in hand. */
function smartId({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  if (!wants.includes('SMART_ID')) {
    return [];
  }
  const { dateOfBirth, identityNumber, smartIdDateOfIssue: issued } = applicant;
  const isYoung = ageOn(submittedOn, dateOfBirth) < smartIdAge;
  const isInHand = issued !== null && issued >= firstSmartIdDateOfIssue;
  return [
    ...(isYoung ? [problem('TOO_YOUNG_FOR_SMART_ID', 'wants')] : []),
    ...(identityNumber === null ? [problem('SMART_ID_NEEDED', 'applicant', 'identityNumber')] : []),
    ...(isInHand ? [] : [problem('SMART_ID_NEEDED', 'applicant', 'smartIdDateOfIssue')]),
  ];
}

/** R5: no card is issued in the future, nor before its holder is born. */
function dateOfIssue({ applicant }: NewApplication, today: string): CredentialProblem[] {
  const { smartIdDateOfIssue: issued, dateOfBirth } = applicant;
  const isPossible = issued === null || (issued <= today && issued >= dateOfBirth);
  return isPossible
    ? []
    : [
        invalid(
          'The date of issue lies in the future or before the date of birth: give the one printed on the card.',
          'applicant',
          'smartIdDateOfIssue',
        ),
      ];
}

/** R4 and R7: a library card needs a document, too; under 11 the birth certificate. */
function libraryCard({ wants, applicant }: NewApplication, submittedOn: string): CredentialProblem[] {
  const { dateOfBirth, identityNumber, birthCertificateNumber } = applicant;
  if (!wants.includes('LIBRARY_CARD') || birthCertificateNumber !== null) {
    return [];
  }
  if (ageOn(submittedOn, dateOfBirth) < smartIdAge) {
    return [
      invalid('Under 11 the birth certificate is the document.', 'applicant', 'birthCertificateNumber'),
    ];
  }
  // Where a smart identity card is wanted as well, its number is asked for already.
  return identityNumber === null && !wants.includes('SMART_ID')
    ? [
        invalid(
          'Give the number of the identity card or of the birth certificate.',
          'applicant',
          'identityNumber',
        ),
      ]
    : [];
}
