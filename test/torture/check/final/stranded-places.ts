import type { History } from '../../history.ts';
import type { Violation } from '../violation.ts';

/**
 * When everything is settled, no patron has a pending place, and the graph reports exactly the loans in circulation's
 * records as used.
 *
 * Example of a violation: P1 has two loans, and the graph reports 2 used and 1 pending. The pending place would never
 * become free.
 */
export function strandedPlaces({
  changes,
  finalQuotas,
}: Pick<History, 'changes' | 'finalQuotas'>): Violation[] {
  const loansByPatron = new Map<string, Set<string>>();
  for (const { kind, change, patronId, id } of changes) {
    if (kind !== 'LOAN') {
      continue;
    }
    const loans = loansByPatron.get(patronId) ?? new Set();
    loansByPatron.set(patronId, loans);
    if (change === 'BEGUN') {
      loans.add(id);
    } else {
      loans.delete(id);
    }
  }
  return finalQuotas.flatMap(({ patronId, used, pending }) => {
    const loanCount = loansByPatron.get(patronId)?.size ?? 0;
    if (pending === 0 && used === loanCount) {
      return [];
    }
    const detail = `at the end ${patronId} has ${loanCount} loans, and the graph reports ${used} used, ${pending} pending`;
    return [{ property: 'no stranded place', detail } as const];
  });
}
