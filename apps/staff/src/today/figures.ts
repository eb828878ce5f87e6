/** The figures of the library and its branches, as the tiles, charts and tables show them. */
import type { TodayQuery } from '../operations.generated.ts';

export type Branches = NonNullable<TodayQuery['branches']>;
export type LibraryCounts = NonNullable<TodayQuery['libraryCounts']>;

/** A number such as `12,345`, or a dash if it could not be read. */
export const figure = (count: number | null | undefined): string => count?.toLocaleString('en') ?? '—';

/**
 * Overdue loans by age. The graph counts loans of at least a given age. So each group, except `longer`, is the difference
 * of two counts.
 */
export interface OverdueAges {
  readonly upToWeek: number;
  readonly upToMonth: number;
  readonly upToQuarter: number;
  readonly longer: number;
}

/** The overdue loans of the library by age. Null if one of the counts could not be read. */
export function overdueAges(counts: LibraryCounts | null | undefined): OverdueAges | null {
  const {
    overdue: all = null,
    overdueWeek = null,
    overdueMonth = null,
    overdueQuarter = null,
  } = counts ?? {};
  return all === null || overdueWeek === null || overdueMonth === null || overdueQuarter === null
    ? null
    : {
        upToWeek: all - overdueWeek,
        upToMonth: overdueWeek - overdueMonth,
        upToQuarter: overdueMonth - overdueQuarter,
        longer: overdueQuarter,
      };
}

const figures = ['loansOut', 'overdue', 'holdsReady', 'holdsQueued'] as const;
type Figures = Readonly<Record<(typeof figures)[number], number | null>>;

/**
 * The figures of branches that are not listed, and of entries without a branch. They are the library's figures minus the
 * figures of the listed branches. A figure is null if it could not be read for the library or a branch. The result is
 * null if no figure is above 0.
 */
export function otherBranches(branches: Branches, counts: LibraryCounts | null | undefined): Figures | null {
  const rest = (name: (typeof figures)[number]): number | null =>
    branches.reduce<number | null>((left, { [name]: own }) => {
      return left === null || own === null ? null : left - own;
    }, counts?.[name] ?? null);
  const others = {
    loansOut: rest('loansOut'),
    overdue: rest('overdue'),
    holdsReady: rest('holdsReady'),
    holdsQueued: rest('holdsQueued'),
  };
  return figures.some((name) => (others[name] ?? 0) > 0) ? others : null;
}
