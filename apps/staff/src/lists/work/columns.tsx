import { type Column, formatDay, formatTime, type Language } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type Named, nameOf, PatronLink } from '../patron-name.tsx';

/** A column of a work list, on the page and in the CSV file. */
export type ListColumn<Row> = TextColumn<Row> | PatronColumn<Row>;

interface TextColumn<Row> extends Pick<Column<Row>, 'heading' | 'align'> {
  /** The value as plain text. Null if there is none: the file then has an empty cell, and the page a dash. */
  text(row: Row): string | null | undefined;
  /**
   * The type of the value. `number`: the number of a card or copy. `day`: a `Date` of the graph. `time`: a `DateTime`
   * of the graph. With a type, the default of `align` is `whole`.
   */
  readonly as?: 'number' | 'day' | 'time';
  /** The cell on the page, if it contains more than the text. */
  cell?(row: Row): ReactNode;
  /** Limits the column to the page or to the file. */
  readonly only?: 'page' | 'file';
}

/** A patron: the names and the patron number. On the page, the names are a link. */
interface PatronColumn<Row> {
  readonly heading: string;
  patron(row: Row): Named | null | undefined;
}

export const onPage = <Row,>(
  columns: readonly ListColumn<Row>[],
  language: Language,
): readonly Column<Row>[] =>
  columns.flatMap((column): readonly Column<Row>[] => {
    const { heading } = column;
    if ('patron' in column) {
      return [{ heading, cell: (row: Row) => <NumberedPatron patron={column.patron(row)} /> }];
    }
    const { text, as, cell, only, align = as === undefined ? 'start' : 'whole' } = column;
    const shown = (row: Row) => <Value text={text(row)} as={as} language={language} />;
    return only === 'file' ? [] : [{ heading, cell: cell ?? shown, align }];
  });

/** A patron with the patron number, because several patrons may have the same name. */
function NumberedPatron({ patron }: { readonly patron: Named | null | undefined }): ReactNode {
  return (
    <>
      <PatronLink patron={patron} />
      {patron?.name != null && <span className="line quiet number">{patron.id}</span>}
    </>
  );
}

function Value({
  text,
  as,
  language,
}: {
  readonly text: string | null | undefined;
  readonly as: TextColumn<unknown>['as'];
  readonly language: Language;
}): ReactNode {
  if (text == null) {
    return '—';
  }
  switch (as) {
    case 'number':
      return <span className="number">{text}</span>;
    case 'day':
      return formatDay(text, language);
    case 'time':
      return formatTime(text, language);
    default:
      return text;
  }
}

/** A `DateTime` of the graph as `2026-11-25 09:30`, in Hong Kong time. */
const timeInFile = (moment: string): string =>
  new Date(moment).toLocaleString('sv-SE', { timeZone: 'Asia/Hong_Kong' }).slice(0, 16);

export interface FileColumn<Row> {
  readonly heading: string;
  text(row: Row): string | null | undefined;
}

/** The columns of the CSV file. Days and times have a form that spreadsheets can sort. */
export const inFile = <Row,>(
  columns: readonly ListColumn<Row>[],
  language: Language,
  patronNumber: string,
): readonly FileColumn<Row>[] =>
  columns.flatMap((column) => {
    if ('patron' in column) {
      const { heading, patron } = column;
      return [
        { heading, text: (row: Row) => nameOf(patron(row), language) },
        { heading: patronNumber, text: (row: Row) => patron(row)?.id },
      ];
    }
    const { heading, text, as, only } = column;
    const value = (row: Row) => {
      const given = text(row);
      return as === 'time' && given != null ? timeInFile(given) : given;
    };
    return only === 'page' ? [] : [{ heading, text: value }];
  });
