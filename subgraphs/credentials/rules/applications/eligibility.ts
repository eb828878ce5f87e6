import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import { lostDateProblems } from '../cards/lost-dates.ts';
import { alreadyHeldProblems } from '../cards/one-card-per-kind.ts';
import type { CredentialProblem } from '../problem.ts';
import { addressProofProblems } from './address-proof.ts';
import { documentProblems } from './documents.ts';
import { guaranteeProblems } from './guarantee.ts';

export interface PatronCards {
  readonly cards: readonly Credential[];
  /**
   * The numbers of those cards from `cardsToLookUp` (`lost-dates.ts`) that were once reported lost. Empty if the loss
   * reports were not searched.
   */
  readonly lostEarlier: ReadonlySet<string>;
}

/**
 * The reasons why a received application can't be approved, according to the application and the applicant's cards (R2
 * to R5, R7, R8, R18).
 * @param submittedOn a day in Hong Kong, `YYYY-MM-DD`
 * @param today a day in Hong Kong, `YYYY-MM-DD`
 */
export function eligibilityProblems(
  application: NewApplication,
  { cards, lostEarlier }: PatronCards,
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  return [
    ...addressProofProblems(application),
    ...guaranteeProblems(application, submittedOn),
    ...documentProblems(application, submittedOn, today),
    ...alreadyHeldProblems(application.wants, cards),
    ...lostDateProblems(application, cards, lostEarlier),
  ];
}
