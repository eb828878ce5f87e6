/** Parses the input of scanners, card readers and people. Desks and stations parse it in the same way. */

/**
 * Returns the plain number. Removes blanks, dashes, and the start and stop letters of Codabar that some scanners send.
 * Converts the full-width digits of Chinese input methods.
 * @example readNumber('A31852000000494B') // '31852000000494'
 */
export function readNumber(text: string): string {
  const plain = text
    .normalize('NFKC')
    .replaceAll(/[\s\p{Pd}]/gu, '')
    .toUpperCase();
  return plain.replace(/^[A-D](\d+)[A-D]$/, '$1');
}

/**
 * The library's numbers have 14 digits. The numbers of cards begin with 2, and the numbers of items begin with 3. The
 * graph checks the check digit.
 */
export const isCardNumber = (number: string): boolean => /^2\d{13}$/.test(number);
export const isItemNumber = (number: string): boolean => /^3\d{13}$/.test(number);

/**
 * Converts a date of a card reader into a `Date` of the graph. Null if the text is not a date.
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
