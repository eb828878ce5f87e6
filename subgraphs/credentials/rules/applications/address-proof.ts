import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** R2: someone who was never a patron proves an address; a registered patron need not. */
export function addressProofProblems({ patronId, applicant }: NewApplication): CredentialProblem[] {
  return patronId === null && !applicant.addressProofShown
    ? [problem('ADDRESS_PROOF_NEEDED', 'applicant', 'addressProofShown')]
    : [];
}
