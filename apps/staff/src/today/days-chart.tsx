import { formatDay, Table, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { todayTexts } from './texts.ts';

interface LendingDay {
  readonly day: string;
  readonly lent: number;
  readonly returned: number;
}

/** Sizes in the units of the drawing. Each day has two bars and a gap. */
const size = { day: 20, bar: 8, height: 120 };

/** The loans and returns of each day, as bars. Screen readers get a table instead. */
export function DaysChart({ days }: { readonly days: readonly LendingDay[] }): ReactNode {
  const texts = useTexts(todayTexts);
  const { language } = useLanguage();
  const most = Math.max(0, ...days.flatMap(({ lent, returned }) => [lent, returned]));
  const first = days.at(0);
  const last = days.at(-1);
  if (most === 0 || first === undefined || last === undefined) {
    return <p className="empty">{texts.noDays}</p>;
  }
  const heightOf = (count: number) => (count / most) * size.height;
  return (
    <figure className="days">
      <figcaption>
        <span className="key lent">{texts.lent}</span> <span className="key returned">{texts.returned}</span>{' '}
        <span className="quiet">{texts.most(most)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${days.length * size.day} ${size.height + 1}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {days.map(({ day, lent, returned }, index) => (
          <g key={day} transform={`translate(${index * size.day + 1} 0)`}>
            <rect
              className="lent"
              y={size.height - heightOf(lent)}
              width={size.bar}
              height={heightOf(lent)}
            />
            <rect
              className="returned"
              x={size.bar}
              y={size.height - heightOf(returned)}
              width={size.bar}
              height={heightOf(returned)}
            />
          </g>
        ))}
        <line
          className="base"
          x2={days.length * size.day}
          y1={size.height}
          y2={size.height}
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <div className="ends quiet" aria-hidden="true">
        <span>{formatDay(first.day, language)}</span>
        <span>{formatDay(last.day, language)}</span>
      </div>
      <div className="hidden">
        <Table
          caption={texts.days}
          rows={days}
          keyOf={({ day }) => day}
          columns={[
            { heading: texts.day, align: 'whole', cell: ({ day }) => formatDay(day, language) },
            { heading: texts.lent, cell: ({ lent }) => lent },
            { heading: texts.returned, cell: ({ returned }) => returned },
          ]}
        />
      </div>
    </figure>
  );
}
