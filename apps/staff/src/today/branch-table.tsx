import { Badge, Link, Table, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { useOwnBranch } from '../branch/the-branch.ts';
import { type Branches, figure, type LibraryCounts, otherBranches } from './figures.ts';
import { todayTexts } from './texts.ts';

/**
 * The figures of each branch, with links to the branch's lists. The branch of the member of staff comes first. The last
 * row is the sum of branches that are not listed. A bar shows the loans, and the share of overdue ones.
 */
export function BranchTable({
  branches,
  counts,
}: {
  readonly branches: Branches;
  readonly counts: LibraryCounts | null | undefined;
}): ReactNode {
  const texts = useTexts(todayTexts);
  const own = useOwnBranch();
  const others = otherBranches(branches, counts);
  const isOwn = ({ code }: { readonly code: string | null }) => code !== null && code === own;
  const rows = [
    ...branches.filter(isOwn),
    ...branches.filter((branch) => !isOwn(branch)),
    ...(others === null ? [] : [{ code: null, name: texts.otherBranches, ...others }]),
  ];
  const most = Math.max(1, ...rows.map(({ loansOut }) => loansOut ?? 0));
  return (
    <Table
      caption={texts.branches}
      hidesCaption
      rows={rows}
      keyOf={({ code }) => code ?? ''}
      empty={texts.noBranches}
      columns={[
        {
          heading: texts.branch,
          cell: (branch) =>
            isOwn(branch) ? (
              <>
                {branch.name} <Badge>{texts.ownBranch}</Badge>
              </>
            ) : (
              branch.name
            ),
        },
        {
          heading: texts.loansOut,
          cell: ({ loansOut, overdue }) => (
            <span className="bar-cell">
              <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect className="out" width={((loansOut ?? 0) / most) * 100} height="10" />
                <rect className="overdue" width={((overdue ?? 0) / most) * 100} height="10" />
              </svg>
              <span className="number">{figure(loansOut)}</span>
            </span>
          ),
        },
        {
          heading: texts.overdue,
          align: 'end',
          cell: ({ code, overdue }) => <CountLink to="/overdue" branch={code} count={overdue} />,
        },
        {
          heading: texts.holdsReady,
          align: 'end',
          cell: ({ code, holdsReady }) => <CountLink to="/hold-shelf" branch={code} count={holdsReady} />,
        },
        { heading: texts.holdsQueued, align: 'end', cell: ({ holdsQueued }) => figure(holdsQueued) },
      ]}
    />
  );
}

/** A count that links to the branch's list of the counted things. Without a link if `branch` is null. */
const CountLink = ({
  to,
  branch,
  count,
}: {
  readonly to: string;
  readonly branch: string | null;
  readonly count: number | null;
}): ReactNode =>
  branch === null ? (
    figure(count)
  ) : (
    <Link to={to} search={{ branch }}>
      {figure(count)}
    </Link>
  );
