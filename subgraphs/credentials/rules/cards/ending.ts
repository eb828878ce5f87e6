import type { Credential, CredentialKind } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

/** R21: the service of a smart identity card, in use or lost, is discontinued by form. Nobody's age matters. */
export function discontinuationProblems(card: Credential): CredentialProblem[] {
  return endingProblems(card, 'SMART_ID', 'This is a library card: it is surrendered instead.');
}

/** R13: a library card, in use or lost and found, is surrendered. Other cards need not be there (R22). */
export function surrenderProblems(card: Credential): CredentialProblem[] {
  return endingProblems(
    card,
    'LIBRARY_CARD',
    'This is a smart identity card: its service is discontinued instead.',
  );
}

function endingProblems(
  { kind, state }: Credential,
  wanted: CredentialKind,
  instead: string,
): CredentialProblem[] {
  if (kind !== wanted) {
    return [invalid(instead, 'libraryCardNumber')];
  }
  return state === 'ACTIVE' || state === 'LOST' ? [] : [wrongState(state, 'there is nothing left to end.')];
}
