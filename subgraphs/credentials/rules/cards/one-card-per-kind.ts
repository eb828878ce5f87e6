import type { Application, Credential, CredentialKind } from '../../../../adapters/credentials/port.ts';
import { isOpen } from '../open-application.ts';
import { type CredentialProblem, problem } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/** R7: one card in use of each kind. `KindTraits.isHeldWhile` has the states that count. */
export function alreadyHeldProblems(
  wants: readonly CredentialKind[],
  patronCards: readonly Credential[],
): CredentialProblem[] {
  const isHeld = patronCards.some(
    ({ kind, state }) => wants.includes(kind) && kindTraits[kind].isHeldWhile[state],
  );
  return isHeld ? [problem('ALREADY_HELD', 'wants')] : [];
}

/** R7: one open application for a kind of card. A second would wait for the same decision. */
export function openApplicationProblems(
  wants: readonly CredentialKind[],
  patronApplications: readonly Application[],
): CredentialProblem[] {
  const hasOpenOne = patronApplications.some(
    (application) => isOpen(application) && application.wants.some((kind) => wants.includes(kind)),
  );
  return hasOpenOne ? [problem('ANOTHER_OPERATION_OPEN', 'wants')] : [];
}
