/**
 * A time in RPS: the number of steps of 100 ns since 1970, as in .NET. A `Date` is too coarse for RPS's seven decimal
 * digits.
 */
export type Ticks = bigint;

const PER_MS = 10_000n;
const PER_SECOND = 10_000_000n;
export const MINUTE: Ticks = 60n * PER_SECOND;
export const DAY: Ticks = 24n * 60n * MINUTE;

export const ticksOf = (at: Date): Ticks => BigInt(at.getTime()) * PER_MS;

export const earlierFirst = (a: Ticks, b: Ticks): number => (a < b ? -1 : Number(a > b));

/** Returns the time, cut to ms. */
export const dateOf = (at: Ticks): Date => new Date(Number(at / PER_MS));

/** Returns the time as RPS writes it: in UTC, with up to seven decimal digits of a second, without zeros at the end. */
export function utcText(at: Ticks): string {
  const second = new Date(Number(at / PER_SECOND) * 1000).toISOString().slice(0, 19);
  const fraction = String(at % PER_SECOND)
    .padStart(7, '0')
    .replace(/0+$/, '');
  return `${second}${fraction === '' ? '' : `.${fraction}`}Z`;
}

const UTC = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,7}))?Z$/;

/** Parses a time. Null if the text is not a UTC time from 1970 on, with at most seven decimal digits of a second. */
export function parseUtc(text: string): Ticks | null {
  const [, second = '', fraction = ''] = UTC.exec(text) ?? [];
  const ms = Date.parse(`${second}Z`);
  // `Date.parse` reads the 31st of June as the 1st of July. So the parsed time must give the same text again.
  const isTime = ms >= 0 && new Date(ms).toISOString().startsWith(second);
  return isTime ? BigInt(ms) * PER_MS + BigInt(fraction.padEnd(7, '0')) : null;
}
