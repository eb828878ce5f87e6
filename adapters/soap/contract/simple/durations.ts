/** Durations of XML Schema 1.0 (part 2, section 3.2.6). Our values are the texts of the document. */

const duration =
  /^(-?)P(?=[0-9T])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})D)?(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(\.[0-9]{1,40})?S)?)?$/;

/** A duration is a number of months and a number of seconds. Neither can be converted to the other. */
interface Duration {
  readonly months: number;
  readonly seconds: number;
}

function read(text: string): Duration | undefined {
  const match = duration.exec(text);
  if (match === null) {
    return undefined;
  }
  const [, sign, ...parts] = match;
  const [years, months, days, hours, minutes, seconds, fraction] = parts.map((part) => Number(part ?? 0));
  const factor = sign === '-' ? -1 : 1;
  return {
    months: factor * ((years ?? 0) * 12 + (months ?? 0)) + 0,
    seconds:
      factor *
        ((((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0) + (fraction ?? 0)) +
      0,
  };
}

export const isDuration = (text: string): boolean => read(text) !== undefined;

/** The canonical text of a duration: equal durations have the same text. */
export function canonicalDuration(text: string): string {
  const { months, seconds } = read(text) ?? { months: 0, seconds: 0 };
  return `${months} ${seconds}`;
}

/** XML Schema compares two durations by adding both to each of these moments. Each is a year and a month. */
const starts = [
  [1696, 8],
  [1697, 1],
  [1903, 2],
  [1903, 6],
] as const;

/**
 * Negative if the first duration is shorter, positive if it is longer, 0 if both are equal. Undefined if a text is not
 * valid, or if the order is not determined, as for a month and 30 days.
 */
export function compareDurations(first: string, second: string): number | undefined {
  const a = read(first);
  const b = read(second);
  if (a === undefined || b === undefined) {
    return undefined;
  }
  const [difference = 0, ...others] = starts.map(
    ([year, month]) => endOf(year, month, a) - endOf(year, month, b),
  );
  return others.every((other) => Math.sign(other) === Math.sign(difference)) ? difference : undefined;
}

/** The end of a duration, in seconds since 1970. The duration begins on the first day of the month. January is 0. */
const endOf = (year: number, month: number, { months, seconds }: Duration): number =>
  Date.UTC(year, month + months, 1) / 1000 + seconds;
