import type { NewApplication } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid } from '../problem.ts';

/** Who submits an application. */
export interface Submitter {
  /** Whether a scope lets the submitter act for any patron. */
  readonly isStaff: boolean;
  /** The patron who is signed in; null for staff and for anonymous callers. */
  readonly patronId: string | null;
}

/**
 * R27: facts that are accepted from staff only. Another person's patron number gets the same answer whether or not such a patron
 * exists.
 */
export function staffOnlyProblems(
  { channel, patronId, applicant }: NewApplication,
  submitter: Submitter,
): CredentialProblem[] {
  if (submitter.isStaff) {
    return [];
  }
  const isAnotherPatron = patronId !== null && patronId !== submitter.patronId;
  return [
    ...(isAnotherPatron
      ? [invalid('Sign in and apply for yourself, or leave the patron number out.', 'patronId')]
      : []),
    ...(channel === 'COUNTER' ? [invalid('COUNTER is for staff: apply over the INTERNET.', 'channel')] : []),
    ...(applicant.addressProofShown
      ? [
          invalid(
            'Only staff can confirm proof of address: show it at a counter.',
            'applicant',
            'addressProofShown',
          ),
        ]
      : []),
  ];
}
