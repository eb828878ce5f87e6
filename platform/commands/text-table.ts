/**
 * A line of headings, then one line for each row, in columns that are two spaces apart. Each line ends with a line
 * feed. Control characters are replaced by question marks, because they could move the terminal's cursor.
 */
export function textTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows].map((row) => row.map((text) => text.replace(/\p{C}/gu, '?')));
  const widths = headings.map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, line[column]?.length ?? 0), 0),
  );
  const lineOf = (line: readonly string[]) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return lines.map((line) => `${lineOf(line).trimEnd()}\n`).join('');
}
