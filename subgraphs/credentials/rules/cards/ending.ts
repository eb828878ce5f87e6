import type { Credential, CredentialState } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';
import { type KindTraits, kindTraits } from './kinds.ts';

/** Whether a card in this state can still be ended. A lost library card may be found and handed in. */
const canEnd: Readonly<Record<CredentialState, boolean>> = {
  ACTIVE: true,
  LOST: true,
  SURRENDERED: false,
  CLOSED: false,
};

/** The message if a card can't end in the requested way. The key is the way in which it can end. */
const endsInstead = {
  SURRENDER: 'IS_LIBRARY_CARD',
  DISCONTINUATION: 'IS_SMART_ID',
} as const satisfies Readonly<Record<KindTraits['endsBy'], string>>;

/**
 * Checks that the service of a card can be discontinued by form (R21). It must be a smart identity card, in use or
 * lost. The holder's age does not matter.
 */
export function discontinuationProblems(card: Credential): CredentialProblem[] {
  return endingProblems(card, 'DISCONTINUATION');
}

/**
 * Checks that a card can be surrendered (R13). It must be a library card, in use or lost. The patron needs no other
 * card (R22).
 */
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
