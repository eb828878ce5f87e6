/**
 * Translates the legacy systems' dates and timestamps to the ports' ISO dates and back. All are in Hong Kong's local
 * time: UTC+8, without daylight saving.
 */

/** Whether the date exists, in the years 1 to 9999. */
function isDay(year: number, month: number, day: number): boolean {
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) {
    return false;
  }
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const days = month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
  return day <= days;
}

function isoDay(year = '', month = '', day = ''): string | null {
  return isDay(Number(year), Number(month), Number(day)) ? `${year}-${month}-${day}` : null;
}

/** Translates `20261129` to `2026-11-29`. Null if the date doesn't exist. */
export function dayOfCompact(text: string): string | null {
  const [, year, month, day] = /^([0-9]{4})([0-9]{2})([0-9]{2})$/.exec(text) ?? [];
  return isoDay(year, month, day);
}

/** Translates `29/11/2026` to `2026-11-29`. Null if the date doesn't exist. */
export function dayOfSlashed(text: string): string | null {
  const [, day, month, year] = /^([0-9]{2})\/([0-9]{2})\/([0-9]{4})$/.exec(text) ?? [];
  return isoDay(year, month, day);
}

/** Translates `2026-11-29` to `29/11/2026`. Null if the date doesn't exist. */
export function slashedDay(text: string): string | null {
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  return isoDay(year, month, day) === null ? null : `${day}/${month}/${year}`;
}

/** Translates `2026-11-29` to `20261129`. Null if the date doesn't exist. */
export function compactDay(text: string): string | null {
  const day = text.replaceAll('-', '');
  return dayOfCompact(day) === text ? day : null;
}

/** Translates `20261115101500` to `2026-11-15T10:15:00+08:00`. Null if the date or time doesn't exist. */
export function instantOfStamp(text: string): string | null {
  const [, date = '', hour, minute, second] = /^([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})$/.exec(text) ?? [];
  const day = dayOfCompact(date);
  if (day === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return null;
  }
  return `${day}T${hour}:${minute}:${second}+08:00`;
}
