import type { FileColumn } from './columns.tsx';

/**
 * What a spreadsheet may take for a formula: it begins with one of these characters, perhaps after blanks. Chinese and
 * Japanese spreadsheets accept the wide forms, too.
 */
const formula = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/;

/** One cell, quoted. An apostrophe makes a formula a text, because readers choose some of these texts themselves. */
const cellOf = (text: string): string =>
  `"${(formula.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;

/**
 * The rows as CSV (RFC 4180), headings first, in UTF-8 with a byte order mark, without which spreadsheets take Chinese for
 * another encoding.
 */
export const csvOf = <Row>(columns: readonly FileColumn<Row>[], rows: readonly Row[]): string =>
  `\uFEFF${[
    columns.map(({ heading }) => heading),
    ...rows.map((row) => columns.map(({ text }) => text(row) ?? '')),
  ]
    .map((cells) => `${cells.map(cellOf).join(',')}\r\n`)
    .join('')}`;
