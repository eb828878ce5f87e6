import type { Credential, NewApplication } from '../../../../adapters/credentials/port.ts';
import { alreadyHeldProblems } from '../cards/holdings.ts';
import { lostDateProblems } from '../cards/lost-dates.ts';
import type { CredentialProblem } from '../problem.ts';
import { addressProofProblems } from './address-proof.ts';
import { documentProblems } from './documents.ts';
import { guaranteeProblems } from './guarantee.ts';

/** What card management holds of who applies. */
export interface PatronCards {
  readonly cards: readonly Credential[];
  /** Cards in doubt that were once reported lost, by number: see `lost-dates.ts`. Those that a mere reading leaves out. */
  readonly lostEarlier: ReadonlySet<string>;
}

/**
 * What stands in the way of approving an application that was received, as far as it and the patron's cards tell (R2 to
 * R5, R7, R8, R18). `submittedOn` and `today` are days in Hong Kong.
 */
export function obstacles(
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
