import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import { hasReportedDate, isCardOf, isReportedLost } from '../../../library/smart-id.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * R17 and R18: a smart identity card that was reported lost is not enrolled again, by whichever application.
 * `lostEarlier` are the numbers of cards of which {@link cardsToLookUp} left open whether they were ever lost.
 */
export function lostDateProblems(
  application: NewApplication,
  patronCards: readonly Credential[],
  lostEarlier: ReadonlySet<string>,
): CredentialProblem[] {
  const facts = factsOf(application);
  if (facts === null) {
    return [];
  }
  const isLost =
    isReportedLost(facts, patronCards) ||
    cardsToLookUp(application, patronCards).some((number) => lostEarlier.has(number));
  return isLost ? [problem('NEWER_DATE_OF_ISSUE_NEEDED', 'applicant', 'smartIdDateOfIssue')] : [];
}

/**
 * The cards of that identity number, by library card number, with a newer date of issue than the application's. A card that
 * was lost and replaced has the newer date alone: whether the older one is a lost card's, only the loss reports tell. It may
 * as well be the right one, where the newer was a slip of somebody's pen.
 */
export function cardsToLookUp(application: NewApplication, patronCards: readonly Credential[]): string[] {
  const facts = factsOf(application);
  if (facts === null) {
    return [];
  }
  return patronCards
    .filter((card) => isCardOf(card, facts.identityNumber) && !hasReportedDate(card))
    .filter(({ dateOfIssue }) => dateOfIssue !== null && facts.dateOfIssue < dateOfIssue)
    .map(({ libraryCardNumber }) => libraryCardNumber);
}

function factsOf({ wants, applicant }: NewApplication) {
  const { identityNumber, smartIdDateOfIssue: dateOfIssue } = applicant;
  return wants.includes('SMART_ID') && identityNumber !== null && dateOfIssue !== null
    ? { identityNumber, dateOfIssue }
    : null;
}
