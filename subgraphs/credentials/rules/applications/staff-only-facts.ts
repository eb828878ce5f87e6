import type { Application, NewApplication } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid } from '../problem.ts';

/** Whether an application with this channel is handed in at a counter. Only staff may state this (R27). */
export const isAtCounter: Readonly<Record<Application['channel'], boolean>> = {
  COUNTER: true,
  INTERNET: false,
};

export const channels = Object.keys(isAtCounter) as readonly Application['channel'][];

export interface Submitter {
  /** Whether a scope lets the submitter act for any patron. */
  readonly isStaff: boolean;
  /** The patron who is signed in; null for staff and for anonymous callers. */
  readonly patronId: string | null;
}

/**
 * Checks facts that only staff may state (R27). Another person's patron number gets the same answer whether or not
 * there is such a patron.
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
