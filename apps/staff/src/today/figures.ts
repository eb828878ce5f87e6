/** Sums of the branches' figures, as the tiles and charts show them. */
import type { TodayQuery } from '../operations.generated.ts';

export type Branches = NonNullable<TodayQuery['branches']>;
type Branch = Branches[number];
type Count = {
  [Name in keyof Branch]: Branch[Name] extends number | null | undefined ? Name : never;
}[keyof Branch];

/** A number such as `12,345`, or a dash if it could not be read. */
export const figure = (count: number | null | undefined): string => count?.toLocaleString('en') ?? '—';

/**
 * The sum of a figure over all branches. Null if any branch's figure could not be read, because the sum would be wrong.
 */
export function sumOf(
  branches: Branches | null | undefined,
  count: Exclude<Count, undefined>,
): number | null {
  const counts = branches?.map((branch) => branch[count]) ?? [null];
  return counts.reduce<number | null>(
    (sum, value) => (sum === null || value == null ? null : sum + value),
    0,
  );
}

/**
 * Overdue loans by age. The graph counts loans of at least a given age, so each group is the difference of two counts.
 */
export interface OverdueAges {
  readonly upToWeek: number;
  readonly upToMonth: number;
  readonly upToQuarter: number;
  readonly longer: number;
}

/** The overdue loans of all branches by age. Null if one of the counts could not be read. */
export function overdueAges(branches: Branches | null | undefined): OverdueAges | null {
  const all = sumOf(branches, 'overdue');
  const week = sumOf(branches, 'overdueWeek');
  const month = sumOf(branches, 'overdueMonth');
  const quarter = sumOf(branches, 'overdueQuarter');
  return all === null || week === null || month === null || quarter === null
    ? null
    : { upToWeek: all - week, upToMonth: week - month, upToQuarter: month - quarter, longer: quarter };
}
