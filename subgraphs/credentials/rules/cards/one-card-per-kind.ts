import type { Application, Credential, CredentialKind } from '../../../../adapters/credentials/port.ts';
import { isOpen } from '../open-application.ts';
import { type CredentialProblem, problem } from '../problem.ts';
import { kindTraits } from './kinds.ts';

/** A patron has at most one card of each kind (R7). `KindTraits.isHeldWhile` has the states that prevent another. */
export function alreadyHeldProblems(
  wants: readonly CredentialKind[],
  patronCards: readonly Credential[],
): CredentialProblem[] {
  const isHeld = patronCards.some(
    ({ kind, state }) => wants.includes(kind) && kindTraits[kind].isHeldWhile[state],
  );
  return isHeld ? [problem('ALREADY_HELD', 'wants')] : [];
}

/**
 * A patron has at most one open application for each kind of card (R7). A second one would wait for the same decision.
 */
export function openApplicationProblems(
  wants: readonly CredentialKind[],
  patronApplications: readonly Application[],
): CredentialProblem[] {
  const hasOpenOne = patronApplications.some(
    (application) => isOpen(application) && application.wants.some((kind) => wants.includes(kind)),
  );
  return hasOpenOne ? [problem('ANOTHER_OPERATION_OPEN', 'wants')] : [];
}
