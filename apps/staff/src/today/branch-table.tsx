import { Link, Table, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type Branches, figure } from './figures.ts';
import { todayTexts } from './texts.ts';

/** The figures of each branch, with links to its lists. A bar shows the loans, and how many of them are overdue. */
export function BranchTable({ branches }: { readonly branches: Branches }): ReactNode {
  const texts = useTexts(todayTexts);
  const most = Math.max(1, ...branches.map(({ loansOut }) => loansOut ?? 0));
  return (
    <Table
      caption={texts.branches}
      hidesCaption
      rows={branches}
      keyOf={({ code }) => code}
      empty={texts.noBranches}
      columns={[
        { heading: texts.branch, cell: ({ name }) => name },
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
          cell: ({ code, overdue }) => (
            <Link to="/overdue" search={{ branch: code }}>
              {figure(overdue)}
            </Link>
          ),
        },
        {
          heading: texts.holdsReady,
          align: 'end',
          cell: ({ code, holdsReady }) => (
            <Link to="/hold-shelf" search={{ branch: code }}>
              {figure(holdsReady)}
            </Link>
          ),
        },
        { heading: texts.holdsQueued, align: 'end', cell: ({ holdsQueued }) => figure(holdsQueued) },
      ]}
    />
  );
}
