import type { Patron } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * R15: a closed patron is issued no card, new or in place of another. A suspended one may be: staff see the status, and decide.
 * `field` is what names the patron in the input.
 */
export function closedPatronProblems(patron: Patron | null, field: string): CredentialProblem[] {
  return patron?.status === 'CLOSED' ? [problem('PATRON_CLOSED', field)] : [];
}
