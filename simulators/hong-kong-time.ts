/**
 * Dates and times in the formats of the three vendors. Hong Kong has UTC+8 all year, without daylight saving, so its wall clock is
 * UTC plus eight hours. A day in this file is `YYYY-MM-DD`.
 */
const OFFSET_MS = 8 * 3_600_000;
const DAY_MS = 86_400_000;

const wallClock = (at: Date): string => new Date(at.getTime() + OFFSET_MS).toISOString();

/** The calendar day in Hong Kong. */
export const dayOf = (at: Date): string => wallClock(at).slice(0, 10);

/** `YYYYMMDDHHMMSS`, Hong Kong wall clock: PRS and CIRC. */
export const stampOf = (at: Date): string => wallClock(at).slice(0, 19).replace(/[-:T]/g, '');

/** `YYYY-MM-DDTHH:MM:SS+08:00`: CMS. */
export const zonedOf = (at: Date): string => `${wallClock(at).slice(0, 19)}+08:00`;

/** The time that a `YYYYMMDDHHMMSS` stamp stands for. @throws RangeError for any other text. */
export function momentOfStamp(stamp: string): Date {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(stamp) ?? [];
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`);
  if (Number.isNaN(at.getTime())) {
    throw new RangeError(`${stamp} is not YYYYMMDDHHMMSS`);
  }
  return at;
}

/** `count` days after `day`. */
export const daysAfter = (day: string, count: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);

/** Whether the text is `YYYY-MM-DD` and a day that exists. */
export function isDay(text: string): boolean {
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)) {
    return false;
  }
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

/** `YYYYMMDD`: PRS and CIRC. */
export const compactDay = (day: string): string => day.replaceAll('-', '');

/** `YYYYMMDD` as a day. Null if there is no such day. */
export function dayOfCompact(text: string): string | null {
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`;
  return isDay(day) ? day : null;
}

/** `dd/MM/yyyy`: CMS. */
export const slashDay = (day: string): string => `${day.slice(8)}/${day.slice(5, 7)}/${day.slice(0, 4)}`;

/** `dd/MM/yyyy` as a day. Null if there is no such day. */
export function dayOfSlash(text: string): string | null {
  const day = `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}`;
  return isDay(day) ? day : null;
}
