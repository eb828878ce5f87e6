import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import {
  hasReportedDate,
  isCardOf,
  isReportedLost,
  type SmartIdPresented,
} from '../../../library/smart-id.ts';
import { type CredentialProblem, problem } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/**
 * A smart identity card that was reported lost is never enrolled again, whichever application names it (R17, R18).
 *
 * @example
 * // The patron's card of 2024-05-06 was reported lost.
 * // An application with that date or an older one: NEWER_DATE_OF_ISSUE_NEEDED. With 2024-05-07: no problem.
 *
 * @param lostEarlier the numbers from {@link cardsToLookUp} for which a loss report was found
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
 * The numbers of the cards whose loss reports must be searched (R18). These are the patron's cards with the applicant's
 * identity number and a newer date of issue than the application's.
 *
 * When a card is replaced, card management overwrites its date of issue. So there are two explanations for the older
 * date in the application. It may be the date of a card that was lost and replaced. Or it is right, and the newer date
 * in card management was mistyped. Only the loss reports show which.
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

/**
 * The identity card that the application would enrol. Null if it enrols none, or if the number or the date of issue is
 * missing.
 */
export function presentedBy({ wants, applicant }: NewApplication): SmartIdPresented | null {
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  const enrolsDocument = wants.some((kind) => kindTraits[kind].isIdentityDocument);
  return enrolsDocument && identityNumber !== null && dateOfIssue !== null
    ? { identityNumber, dateOfIssue }
    : null;
}
