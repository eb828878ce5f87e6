import type { Credential, CredentialState } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';
import { type KindTraits, kindTraits } from './kinds.ts';

/** Whether a card in that state can still be ended. A lost card can: a library card may be found and handed in. */
const canEnd: Readonly<Record<CredentialState, boolean>> = {
  ACTIVE: true,
  LOST: true,
  SURRENDERED: false,
  CLOSED: false,
};

/** The problem of a card that ends in this way, and was presented for the other. */
const endsInstead = {
  SURRENDER: 'IS_LIBRARY_CARD',
  DISCONTINUATION: 'IS_SMART_ID',
} as const satisfies Readonly<Record<KindTraits['endsBy'], string>>;

/** R21: the service of a smart identity card, in use or lost, is discontinued by form. The holder's age does not matter. */
export function discontinuationProblems(card: Credential): CredentialProblem[] {
  return endingProblems(card, 'DISCONTINUATION');
}

/** R13: a library card, in use or lost and found, is surrendered. The patron needs no other card for that (R22). */
export function surrenderProblems(card: Credential): CredentialProblem[] {
  return endingProblems(card, 'SURRENDER');
}

function endingProblems({ kind, state }: Credential, requested: KindTraits['endsBy']): CredentialProblem[] {
  const { endsBy } = kindTraits[kind];
  if (endsBy !== requested) {
    return [invalid(endsInstead[endsBy], 'libraryCardNumber')];
  }
  return canEnd[state] ? [] : [wrongState(state, 'NOTHING_TO_END')];
}
