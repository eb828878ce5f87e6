import type { Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

/** R10 and R11: a library information card has the number of a smart identity card in use; as often as it is wanted. */
export function informationCardProblems({ kind, state }: Credential): CredentialProblem[] {
  if (kind !== 'SMART_ID') {
    return [
      invalid(
        'A library card bears its number itself: only a smart identity card has an information card.',
        'libraryCardNumber',
      ),
    ];
  }
  return state === 'ACTIVE' ? [] : [wrongState(state, 'the number on an information card must be in use.')];
}
