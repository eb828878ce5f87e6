import type { NewApplication } from '../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid } from './problem.ts';

/** Who hands an application in. */
export interface Submitter {
  /** Whether a scope lets them act for any patron. */
  readonly isStaff: boolean;
  /** The patron who is signed in, or null. */
  readonly patronId: string | null;
}

/**
 * R27: facts that only staff are believed. What is wrong with someone else's patron number is said alike whether or not
 * there is such a patron.
 */
export function staffFactProblems(
  { channel, patronId, applicant }: NewApplication,
  submitter: Submitter,
): CredentialProblem[] {
  if (submitter.isStaff) {
    return [];
  }
  const isOther = patronId !== null && patronId !== submitter.patronId;
  return [
    ...(isOther ? [invalid('Apply for yourself, signed in, or without a patron number.', 'patronId')] : []),
    ...(channel === 'COUNTER' ? [invalid('COUNTER is for staff: apply over the INTERNET.', 'channel')] : []),
    ...(applicant.addressProofShown
      ? [
          invalid(
            'Only staff say that proof was shown: bring it to a counter.',
            'applicant',
            'addressProofShown',
          ),
        ]
      : []),
  ];
}
