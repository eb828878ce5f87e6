import type { FileColumn } from './columns.tsx';

/**
 * Matches a text that a spreadsheet may treat as a formula. Such a text begins with one of these characters, perhaps
 * after blanks. Chinese and Japanese spreadsheets accept the wide forms, too.
 */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/**
 * One quoted cell. A text that looks like a formula begins with an apostrophe, so that the spreadsheet doesn't run it.
 * Readers themselves choose some of these texts.
 */
const cellOf = (text: string): string =>
  `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/**
 * The rows as CSV (RFC 4180), headings first, in UTF-8. The file begins with a byte order mark, because spreadsheets
 * would otherwise assume another encoding for Chinese.
 */
export const csvOf = <Row>(columns: readonly FileColumn<Row>[], rows: readonly Row[]): string =>
  `\uFEFF${[
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ text }) => text(row) ?? '')),
  ]
    .map((cells) => `${cells.map(cellOf).join(',')}\r\n`)
    .join('')}`;
