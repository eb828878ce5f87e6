import type { BranchCounts, CirculationIndex } from '../../../store/index/port.ts';

/** The counts of all branches, and the time up to which they include circulation's events: null if it is not known. */
export interface CountedBranches {
  readonly asOf: Date | null;
  readonly byBranch: ReadonlyMap<string, BranchCounts>;
}

/**
 * Counts loans and holds by branch. The index must be whole. Loans that are due before the day `dueBefore` are counted
 * as overdue.
 * @throws StoreUnavailable
 */
export async function countBranches(
  index: CirculationIndex,
  asOf: Date | null,
  dueBefore: string,
): Promise<CountedBranches> {
  const counts = await index.branchCounts(dueBefore);
  return { asOf, byBranch: new Map(counts.map((one) => [one.branch, one])) };
}
