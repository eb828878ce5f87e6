import type { Credential, NewApplication } from '../../../adapters/credentials/port.ts';
import { addressProofProblems } from './address-proof.ts';
import { documentProblems } from './documents.ts';
import { guaranteeProblems } from './guarantee.ts';
import { alreadyHeldProblems } from './holdings.ts';
import type { CredentialProblem } from './problem.ts';

/**
 * What stands in the way of approving an application that was received, as far as it and the patron's cards tell (R2 to
 * R5, R7, R8). `submittedOn` and `today` are days in Hong Kong.
 */
export function obstacles(
  application: NewApplication,
  patronCards: readonly Credential[],
  submittedOn: string,
  today: string,
): CredentialProblem[] {
  return [
    ...addressProofProblems(application),
    ...guaranteeProblems(application, submittedOn),
    ...documentProblems(application, submittedOn, today),
    ...alreadyHeldProblems(application.wants, patronCards),
  ];
}
