import type { Credential } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/**
 * A library information card shows the number of a smart identity card in use (R10, R11). It can be printed any number
 * of times.
 */
export function informationCardProblems({ kind, state }: Credential): CredentialProblem[] {
  if (!kindTraits[kind].hasInformationCard) {
    return [invalid('NO_INFORMATION_CARD', 'libraryCardNumber')];
  }
  return state === 'ACTIVE' ? [] : [wrongState(state, 'INFORMATION_CARD_IN_USE')];
}
