/**
 * Dates and times in the formats of the three vendors. Hong Kong has UTC+8 all year, without daylight saving, so its
 * wall clock is UTC plus eight hours. In this file, a day is a text of the form `YYYY-MM-DD`.
 */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const wallClock = (at: Date): string => new Date(at.getTime() + OFFSET_MS).toISOString();

/** Returns the calendar day in Hong Kong. */
export const dayOf = (at: Date): string => wallClock(at).slice(0, 10);

/** Returns `YYYYMMDDHHMMSS` of the Hong Kong wall clock. Used by PRS and CIRC. */
export const stampOf = (at: Date): string => wallClock(at).slice(0, 19).replace(/[-:T]/g, '');

/** Returns `YYYY-MM-DDTHH:MM:SS+08:00`. Used by CMS. */
export const zonedOf = (at: Date): string => `${wallClock(at).slice(0, 19)}+08:00`;

/** Returns the time of a `YYYYMMDDHHMMSS` stamp. @throws RangeError for any other text. */
export function momentOfStamp(stamp: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(stamp) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  if (Number.isNaN(at.getTime())) {
    throw new RangeError(`${stamp} is not YYYYMMDDHHMMSS`);
  }
  return at;
}

export const daysAfter = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

export const daysBetween = (day: string, later: string): number =>
  Math.round((Date.parse(later) - Date.parse(day)) / DAY_MS);

/** Returns whether the text is `YYYY-MM-DD`, and the day exists. */
export function isDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) {
    return false;
  }
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** Returns `YYYYMMDD`. Used by PRS and CIRC. */
export const compactDay = (day: string): string => day.replaceAll('-', '');

/** Returns the day of a `YYYYMMDD`. Null if there is no such day. */
export function dayOfCompact(text: string): string | null {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  return isDay(day) ? day : null;
}

/** Returns `dd/MM/yyyy`. Used by CMS. */
export const slashDay = (day: string): string => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;

/** Returns the day of a `dd/MM/yyyy`. Null if there is no such day. */
export function dayOfSlash(text: string): string | null {
  const day = `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
  return isDay(day) ? day : null;
}

/** Returns the seconds since midnight of the Hong Kong wall clock, with fractions. */
export const timeOfDayOf = (at: Date): number => ((at.getTime() + OFFSET_MS) % DAY_MS) / 1000;
