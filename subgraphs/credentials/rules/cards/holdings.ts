import type { Application, Credential, CredentialKind } from '../../../../adapters/credentials/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * R7: one card in use of each kind. A lost smart identity card still stands for its holder: it waits for its replacement
 * (R18), and card management enrols no identity number twice.
 */
export function alreadyHeldProblems(
  wants: readonly CredentialKind[],
  patronCards: readonly Credential[],
): CredentialProblem[] {
  const stands = ({ kind, state }: Credential): boolean =>
    state === 'ACTIVE' || (kind === 'SMART_ID' && state === 'LOST');
  const isHeld = patronCards.some((card) => wants.includes(card.kind) && stands(card));
  return isHeld ? [problem('ALREADY_HELD', 'wants')] : [];
}

/** One application at a time for a card: a second would wait for the same decision. */
export function openApplicationProblems(
  wants: readonly CredentialKind[],
  patronApplications: readonly Application[],
): CredentialProblem[] {
  const isOpen = patronApplications.some(
    (other) => other.status === 'RECEIVED' && other.wants.some((kind) => wants.includes(kind)),
  );
  return isOpen ? [problem('ANOTHER_OPERATION_OPEN', 'wants')] : [];
}
