import type { Patron } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/**
 * R15: a closed patron is issued no card, neither a new one nor a replacement. A suspended patron may be issued one: staff see
 * the status and decide. `field` is the input field that names the patron.
 */
export function closedPatronProblems(patron: Patron | null, field: string): CredentialProblem[] {
  return patron?.status === 'CLOSED' ? [problem('PATRON_CLOSED', field)] : [];
}
