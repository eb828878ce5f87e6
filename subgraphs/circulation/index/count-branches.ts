import type { BranchCounts, CirculationIndex, IndexProgress } from '../../../adapters/index/port.ts';
import { requireWhole } from './require-whole.ts';

/** The counts of all branches, and until when circulation's events are in them. */
export interface CountedBranches {
  readonly asOf: IndexProgress['asOf'];
  readonly byBranch: ReadonlyMap<string, BranchCounts>;
}

/** @throws GraphQLError INDEX_NOT_READY; JournalUnavailable */
export async function countBranches(index: CirculationIndex, today: string): Promise<CountedBranches> {
  const { asOf } = await requireWhole(index);
  const counts = await index.branchCounts(today);
  return { asOf, byBranch: new Map(counts.map((one) => [one.branch, one])) };
}
