import type { Credential, OnReplacement } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/** R18: whether the loss form lets a replacement work without a fresh application. */
export const continuesService: Readonly<Record<OnReplacement, boolean>> = {
  CONTINUE: true,
  DISCONTINUE: false,
};

export const onReplacementChoices = Object.keys(continuesService) as readonly OnReplacement[];

/** R17: only a card in use can be reported lost. R18: for a smart identity card the form says what happens on replacement. */
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
  const { asksOnReplacement } = kindTraits[kind];
  if (asksOnReplacement === (onReplacement !== null)) {
    return [];
  }
  return [invalid(asksOnReplacement ? 'ON_REPLACEMENT_NEEDED' : 'ON_REPLACEMENT_NOT_ASKED', 'onReplacement')];
}
