/** What scanners and card readers type, and people. The same at desks and at stations. */

/**
 * The number alone: without blanks and dashes, the start and stop letters that some scanners send of Codabar, and in the digits that
 * a Chinese input method has made wide.
 * @example readNumber('A31852000000494B') // '31852000000494'
 */
export function readNumber(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  return plain.replace(/^[A-D](\d+)[A-D]$/, '$1');
}

/** The library's numbers have 14 digits: those of cards begin with 2, those of items with 3. The graph checks the check digit. */
export const isCardNumber = (number: string): boolean => /^2\d{13}$/.test(number);
export const isItemNumber = (number: string): boolean => /^3\d{13}$/.test(number);

/**
 * A date as card readers give it, as the graph takes it. Null for text that is none.
 * @example readDate('20200602') // '2020-06-02'
 * @example readDate('02-06-2020') // '2020-06-02'
 */
export function readDate(text: string): string | null {
  const plain = text.normalize('NFKC').trim();
  const parts =
    /^(?<year>\d{4})(?<mark>[-/.]?)(?<month>\d{2})\k<mark>(?<day>\d{2})$/.exec(plain)?.groups ??
    /^(?<day>\d{2})(?<mark>[-/.])(?<month>\d{2})\k<mark>(?<year>\d{4})$/.exec(plain)?.groups;
  if (parts === undefined) {
    return null;
  }
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  const read = new Date(`${date}T00:00:00Z`);
  return Number.isNaN(read.getTime()) || !read.toISOString().startsWith(date) ? null : date;
}
