import type { BranchCounts, CirculationIndex, IndexProgress } from '../../../adapters/index/port.ts';

/** The counts of all branches, and until when circulation's events are in them. */
export interface CountedBranches {
  readonly asOf: IndexProgress['asOf'];
  readonly byBranch: ReadonlyMap<string, BranchCounts>;
}

/** Of a whole index. @throws JournalUnavailable */
export async function countBranches(
  index: CirculationIndex,
  { asOf }: IndexProgress,
  today: string,
): Promise<CountedBranches> {
  const counts = await index.branchCounts(today);
  return { asOf, byBranch: new Map(counts.map((one) => [one.branch, one])) };
}
