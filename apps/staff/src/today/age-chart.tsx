import { Table, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { figure, type OverdueAges } from './figures.ts';
import { todayTexts } from './texts.ts';

const groups = ['upToWeek', 'upToMonth', 'upToQuarter', 'longer'] as const;

/** A table with a bar and a figure for each age group of overdue loans. */
export function AgeChart({ ages }: { readonly ages: OverdueAges }): ReactNode {
  const texts = useTexts(todayTexts);
  const longest = Math.max(1, ...groups.map((group) => ages[group]));
  return (
    <Table
      caption={texts.ages}
      hidesCaption
      rows={groups}
      keyOf={(group) => group}
      columns={[
        {
          heading: texts.age,
          cell: (group) => texts[group],
        },
        {
          heading: texts.loans,
          cell: (group) => (
            <span className="bar-cell">
              <svg className="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect className={`age ${group}`} width={(ages[group] / longest) * 100} height="10" />
              </svg>
              <span className="number">{figure(ages[group])}</span>
            </span>
          ),
        },
      ]}
    />
  );
}
