import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import { hasReportedDate, isCardOf, isReportedLost } from '../../../library/smart-id.ts';
import { type CredentialProblem, problem } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/**
 * R17, R18: a smart identity card that was reported lost is never enrolled again, whichever application names it.
 * `lostEarlier` has the library card numbers from {@link cardsToLookUp} for which a loss report was found.
 *
 * @example
 * // The patron's card of 2024-05-06 was reported lost.
 * // An application with that date or an older one: NEWER_DATE_OF_ISSUE_NEEDED. With 2024-05-07: no problem.
 */
export function lostDateProblems(
  application: NewApplication,
  patronCards: readonly Credential[],
  lostEarlier: ReadonlySet<string>,
): CredentialProblem[] {
  const presented = presentedBy(application);
  if (presented === null) {
    return [];
  }
  const isLost =
    isReportedLost(presented, patronCards) ||
    cardsToLookUp(application, patronCards).some((number) => lostEarlier.has(number));
  return isLost ? [problem('NEWER_DATE_OF_ISSUE_NEEDED', 'applicant', 'smartIdDateOfIssue')] : [];
}

/**
 * R18: the cards of the applicant's identity number whose date of issue is newer than the application's, by library card
 * number. Card management overwrites the date when it replaces a card. So the older date may be that of a lost card, or the
 * right date where somebody mistyped the newer one. Only the loss reports can tell.
 */
export function cardsToLookUp(application: NewApplication, patronCards: readonly Credential[]): string[] {
  const presented = presentedBy(application);
  if (presented === null) {
    return [];
  }
  return patronCards
    .filter((card) => isCardOf(card, presented.identityNumber) && !hasReportedDate(card))
    .filter(({ dateOfIssue }) => dateOfIssue !== null && presented.dateOfIssue < dateOfIssue)
    .map(({ libraryCardNumber }) => libraryCardNumber);
}

/** The identity card that the application would enrol; null where it enrols none, or one that is not fully named. */
function presentedBy({ wants, applicant }: NewApplication) {
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const enrolsDocument = wants.some((kind) => kindTraits[kind].isIdentityDocument);
  return enrolsDocument && identityNumber !== null && dateOfIssue !== null
    ? { identityNumber, dateOfIssue }
    : null;
}
