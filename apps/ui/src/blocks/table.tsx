import type { ReactNode } from 'react';
import { Empty } from './empty.tsx';

export interface Column<Row> {
  readonly heading: string;
  cell(row: Row): ReactNode;
  /**
   * Use `end` for numbers, and `whole` for dates and codes. Both keep the cell on one line, except when the rows are
   * shown as cards.
   */
  readonly align?: 'start' | 'end' | 'whole';
}

export interface TableProps<Row> {
  readonly caption: string;
  /** The columns. The cells of the first one are the headings of the rows. */
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  keyOf(row: Row, index: number): string;
  /** Hides the caption, for a table below a heading with the same text. */
  readonly hidesCaption?: boolean;
  /** Shown instead of the table if there are no rows. */
  readonly empty?: ReactNode;
}

/** The number of columns from which a table needs the width of a whole page. */
const manyColumns = 5;

/** A table. If there is too little room, as on a narrow screen or in a dialog, each row becomes a card. */
export function Table<Row>({
  caption,
  columns,
  rows,
  keyOf,
  hidesCaption = false,
  empty,
}: TableProps<Row>): ReactNode {
  if (rows.length === 0) {
    return <Empty>{empty}</Empty>;
  }
  const [first, ...others] = columns;
  return (
    <div className={columns.length < manyColumns ? 'table' : 'table wide'}>
      <table>
        <caption className={hidesCaption ? 'hidden' : undefined}>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ heading, align }) => (
              <th key={heading} scope="col" className={align}>
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={keyOf(row, index)}>
              <th scope="row" className={first?.align} data-heading={first?.heading}>
                <div>{first?.cell(row)}</div>
              </th>
              {others.map(({ heading, cell, align }) => (
                <td key={heading} className={align} data-heading={heading}>
                  <div>{cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
