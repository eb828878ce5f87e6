import type { History } from '../history.ts';
import type { Violation } from './violation.ts';

/** In the end nobody's place is pending, and what the graph says is used is what circulation's books have. */
export function strandedPlaces({
  changes,
  finalQuotas,
}: Pick<History, 'changes' | 'finalQuotas'>): Violation[] {
  const out = new Map<string, Set<string>>();
  for (const { kind, change, patronId, id } of changes) {
    if (kind !== 'LOAN') {
      continue;
    }
    const ofPatron = out.get(patronId) ?? new Set();
    out.set(patronId, ofPatron);
    if (change === 'BEGUN') {
      ofPatron.add(id);
    } else {
      ofPatron.delete(id);
    }
  }
  return finalQuotas.flatMap(({ patronId, used, pending }) => {
    const loans = out.get(patronId)?.size ?? 0;
    if (pending === 0 && used === loans) {
      return [];
    }
    const detail = `${patronId} has ${loans} loans in the end, and the graph says ${used} used, ${pending} pending`;
    return [{ property: 'no place stranded', detail } as const];
  });
}
