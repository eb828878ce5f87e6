import type { Credential, OnReplacement } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, invalid, wrongState } from '../problem.ts';

/**
 * R17 and R18: a card in use is reported lost; for a smart identity card the form says what is to happen on replacement.
 */
export function lossProblems(card: Credential, onReplacement: OnReplacement | null): CredentialProblem[] {
  return [
    ...(card.state === 'ACTIVE'
      ? []
      : [wrongState(card.state, 'only the loss of a card in use is reported.')]),
    ...wish(card, onReplacement),
  ];
}

function wish({ kind }: Credential, onReplacement: OnReplacement | null): CredentialProblem[] {
  if (kind === 'SMART_ID' && onReplacement === null) {
    return [
      invalid('Say whether the replacement is to CONTINUE or DISCONTINUE the service.', 'onReplacement'),
    ];
  }
  return kind === 'LIBRARY_CARD' && onReplacement !== null
    ? [invalid('A lost library card gets a new number in any case: leave this out.', 'onReplacement')]
    : [];
}
