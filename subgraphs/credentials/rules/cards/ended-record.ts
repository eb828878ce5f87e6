import type { Patron } from '../../../../adapters/patrons/port.ts';
import { type CredentialProblem, problem } from '../problem.ts';

/** The facts about a patron's record that decide whether a card is issued on it. */
export interface RecordForCards {
  /** Null if the registry has no such patron. */
  readonly patron: Patron | null;
  /** Whether the record was merged into another. The two records then share their limits (R9). */
  readonly isMerged: boolean;
}

/**
 * No card, new or as a replacement, is issued on a record that was merged into another (R9) or closed (R15). For a
 * suspended patron, staff decide.
 * @param field the input field that names the patron
 */
export function endedRecordProblems(
  { patron, isMerged }: RecordForCards,
  field: string,
): CredentialProblem[] {
  if (isMerged) {
    return [problem('ALREADY_MERGED', field)];
  }
  return patron?.status === 'CLOSED' ? [problem('PATRON_CLOSED', field)] : [];
}
