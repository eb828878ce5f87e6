/**
 * Translates the legacy systems' dates and timestamps to the ports' ISO dates and back. All are in Hong Kong's local
 * time: UTC+8, without daylight saving.
 */

const ZERO = 0x30;
const DASH = 0x2d;
const SLASH = 0x2f;

/** The number in the two digits at position `at`. NaN if they are no digits. */
function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** Whether the date exists, in the years 1 to 9999. The arguments are the positions of its digits. */
function isDay(text: string, yearAt: number, monthAt: number, dayAt: number): boolean {
  const year = twoDigits(text, yearAt) * 100 + twoDigits(text, yearAt + 2);
  const month = twoDigits(text, monthAt);
  const day = twoDigits(text, dayAt);
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1)) {
    return false;
  }
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const isShort = month === 4 || month === 6 || month === 9 || month === 11;
  return day <= (month === 2 ? (leap ? 29 : 28) : isShort ? 30 : 31);
}

/** Translates `20261129` to `2026-11-29`. Null if the date doesn't exist. */
export function dayOfCompact(text: string): string | null {
  return text.length === 8 && isDay(text, 0, 4, 6)
    ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}`
    : null;
}

/** Translates `29/11/2026` to `2026-11-29`. Null if the date doesn't exist. */
export function dayOfSlashed(text: string): string | null {
  const hasForm = text.length === 10 && text.charCodeAt(2) === SLASH && text.charCodeAt(5) === SLASH;
  return hasForm && isDay(text, 6, 3, 0) ? `${text.slice(6)}-${text.slice(3, 5)}-${text.slice(0, 2)}` : null;
}

/** Translates `2026-11-29` to `29/11/2026`. Null if the date doesn't exist. */
export function slashedDay(text: string): string | null {
  const hasForm = text.length === 10 && text.charCodeAt(4) === DASH && text.charCodeAt(7) === DASH;
  return hasForm && isDay(text, 0, 5, 8) ? `${text.slice(8)}/${text.slice(5, 7)}/${text.slice(0, 4)}` : null;
}

/** Translates `2026-11-29` to `20261129`. Null if the date doesn't exist. */
export function compactDay(text: string): string | null {
  const day = text.replaceAll('-', '');
  return dayOfCompact(day) === text ? day : null;
}

/**
 * Translates `20261115101500` to `2026-11-15T10:15:00+08:00`. Null if the date or time doesn't exist. The digits are
 * read without a regular expression, which would take three times as long: a page of events has up to 500 timestamps.
 */
export function instantOfStamp(text: string): string | null {
  const isReal =
    text.length === 14 &&
    isDay(text, 0, 4, 6) &&
    twoDigits(text, 8) <= 23 &&
    twoDigits(text, 10) <= 59 &&
    twoDigits(text, 12) <= 59;
  if (!isReal) {
    return null;
  }
  const day = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  return `${day}T${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12)}+08:00`;
}
