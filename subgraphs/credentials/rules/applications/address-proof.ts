import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** An unregistered applicant must prove their address. A registered patron need not (R2). */
export function addressProofProblems({ patronId, applicant }: NewApplication): CredentialProblem[] {
  return patronId === null && !applicant.addressProofShown
    ? [problem('ADDRESS_PROOF_NEEDED', 'applicant', 'addressProofShown')]
    : [];
}
