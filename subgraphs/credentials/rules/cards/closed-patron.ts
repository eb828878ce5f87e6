import type { Patron } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * A closed patron gets no card, neither a new one nor a replacement (R15). A suspended patron may get one. Staff see
 * the status and decide.
 * @param field the input field that names the patron
 */
export function closedPatronProblems(patron: Patron | null, field: string): CredentialProblem[] {
  return patron?.status === 'CLOSED' ? [problem('PATRON_CLOSED', field)] : [];
}
