/** Parses the input of scanners, card readers and people. Desks and stations parse it in the same way. */

/**
 * Returns the plain number. Removes blanks, dashes, and the start and stop letters of Codabar that some scanners send.
 * Converts the full-width digits of Chinese input methods, and small letters to capitals.
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

const forms = [
  /^(?<year>\d{4})(?<mark>[-/.])(?<month>\d{1,2})\k<mark>(?<day>\d{1,2})$/,
  /^(?<year>(?:19|20)\d\d)(?<month>\d\d)(?<day>\d\d)$/,
  /^(?<day>\d{1,2})(?<mark>[-/. ])(?<month>\d{1,2})\k<mark>(?<year>\d{4}|\d\d)$/,
  /^(?<day>\d\d)(?<month>\d\d)(?<year>(?:19|20)\d\d)$/,
];

/**
 * Converts a day that a person or a card reader types into a `Date` of the graph. Null if the text is not a day. The text
 * begins with a year of four digits, or with the day, but never with the month. A year of two digits is never in the
 * future, because these days are dates of birth and of documents.
 * @param today a `Date` of the graph
 * @example readDate('20200602') // '2020-06-02'
 * @example readDate('2/6/2020') // '2020-06-02'
 * @example readDate('02062020') // '2020-06-02'
 * @example readDate('2.6.65') // '1965-06-02'
 */
export function readDate(text: string, today = new Date().toISOString().slice(0, 10)): string | null {
  const plain = text.normalize('NFKC').trim();
  for (const form of forms) {
    const { year, month = '', day = '' } = form.exec(plain)?.groups ?? {};
    if (year !== undefined) {
      const rest = `-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
      const century = year.length === 4 ? '' : `20${year}${rest}` <= today ? '20' : '19';
      const date = century + year + rest;
      if (isDay(date)) {
        return date;
      }
    }
  }
  return null;
}

/** Whether the text is a `Date` of the graph, such as `2020-06-02`. */
export function isDay(text: string): boolean {
  const read = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(read.getTime()) && read.toISOString().startsWith(text)
  );
}
