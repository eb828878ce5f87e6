/**
 * SIP2 writes times as `YYYYMMDD`, four characters for the time zone, and `HHMMSS`. A blank time zone means local time.
 */

const hongKong = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Hong_Kong',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** Writes a time as Hong Kong time: `2026-11-25T01:30:00Z` becomes `20261125    093000`. */
export function momentOf(time: Date): string {
  return hongKong.format(time).replaceAll(/[-:]/g, '').replace(' ', '    ');
}

/** Writes the last second of a due date: `2026-12-09` becomes `20261209    235959`. */
export function endOfDay(date: string): string {
  return `${date.replaceAll('-', '')}    235959`;
}
