import type { Application, NewApplication } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid } from '../problem.ts';

/** R27: whether an application over that channel is handed in at a counter, which is for staff only. */
export const isAtCounter: Readonly<Record<Application['channel'], boolean>> = {
  COUNTER: true,
  INTERNET: false,
};

export const channels = Object.keys(isAtCounter) as readonly Application['channel'][];

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
    ...(isAnotherPatron ? [invalid('ANOTHER_PATRON', 'patronId')] : []),
    ...(isAtCounter[channel] ? [invalid('COUNTER_IS_STAFF', 'channel')] : []),
    ...(applicant.addressProofShown ? [invalid('PROOF_BY_STAFF', 'applicant', 'addressProofShown')] : []),
  ];
}
