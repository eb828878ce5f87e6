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
    ...(card.state === 'ACTIVE'
      ? []
      : [wrongState(card.state, 'only the loss of a card in use is reported.')]),
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
  return [
    invalid(
      asksOnReplacement
        ? 'Say whether the replacement is to CONTINUE or DISCONTINUE the service.'
        : 'A lost library card gets a new number in any case: leave this out.',
      'onReplacement',
    ),
  ];
}
