import type { Credential, OnReplacement } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/** Whether the choice on the loss form lets a replacement work without a new application (R18). */
export const continuesService: Readonly<Record<OnReplacement, boolean>> = {
  CONTINUE: true,
  DISCONTINUE: false,
};

export const onReplacementChoices = Object.keys(continuesService) as readonly OnReplacement[];

/**
 * Only a card in use can be reported lost (R17). For a smart identity card, the form must say what happens when it is
 * replaced (R18).
 */
export function lossProblems(card: Credential, onReplacement: OnReplacement | null): CredentialProblem[] {
  return [
    ...(card.state === 'ACTIVE' ? [] : [wrongState(card.state, 'ONLY_LOSS_OF_CARD_IN_USE')]),
    ...onReplacementProblems(card, onReplacement),
  ];
}

function onReplacementProblems(
  { kind }: Credential,
  onReplacement: OnReplacement | null,
): CredentialProblem[] {
  const { requiresOnReplacement } = kindTraits[kind];
  if (requiresOnReplacement === (onReplacement !== null)) {
    return [];
  }
  return [
    invalid(requiresOnReplacement ? 'ON_REPLACEMENT_NEEDED' : 'ON_REPLACEMENT_NOT_ASKED', 'onReplacement'),
  ];
}
