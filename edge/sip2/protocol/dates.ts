/** SIP2 writes moments as `YYYYMMDD`, four characters for the time zone, and `HHMMSS`. Blank means local time. */

const hongKong = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Hong_Kong',
  dateStyle: 'short',
  timeStyle: 'medium',
});

/** `2026-11-25T01:30:00Z` is `20261125    093000`: Hong Kong time. */
export function momentOf(time: Date): string {
  return hongKong.format(time).replaceAll(/[-:]/g, '').replace(' ', '    ');
}

/** The last second of a day, on which an item is due: `2026-12-09` is `20261209    235959`. */
export function endOfDay(date: string): string {
  return `${date.replaceAll('-', '')}    235959`;
}
