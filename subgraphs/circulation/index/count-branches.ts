import type { BranchCounts, CirculationIndex } from '../../../store/index/port.ts';

/** The counts of all branches. They include circulation's events up to `asOf`; null if that time is not known. */
export interface CountedBranches {
  readonly asOf: Date | null;
  readonly byBranch: ReadonlyMap<string, BranchCounts>;
}

/**
 * Counts loans and holds by branch. Must be called only when the index contains all cards. Loans that are due before
 * the day `dueBefore` are counted as overdue.
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
