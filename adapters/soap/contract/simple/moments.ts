/**
 * Dates and times of XML Schema 1.0 (part 2, sections 3.2.7 to 3.2.14). Their values are texts, because a JavaScript
 * `Date` can't represent a day without a time, or a time without a zone.
 */
export const momentForms = [
  'dateTime',
  'date',
  'time',
  'gYearMonth',
  'gYear',
  'gMonthDay',
  'gDay',
  'gMonth',
] as const;
export type MomentForm = (typeof momentForms)[number];

const zone = '(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)?';
const year = '(-?(?:[1-9][0-9]{4,11}|[0-9]{4}))';
const time = '([0-9]{2}):([0-9]{2}):([0-9]{2})(\\.[0-9]{1,40})?';
const two = '([0-9]{2})';

/** The regular expression of each form, and the meaning of its groups. */
const forms: Readonly<
  Record<MomentForm, { readonly expression: RegExp; readonly groups: readonly Group[] }>
> = {
  dateTime: form(`${year}-${two}-${two}T${time}`, [
    'year',
    'month',
    'day',
    'hour',
    'minute',
    'second',
    'fraction',
  ]),
  date: form(`${year}-${two}-${two}`, ['year', 'month', 'day']),
  time: form(time, ['hour', 'minute', 'second', 'fraction']),
  gYearMonth: form(`${year}-${two}`, ['year', 'month']),
  gYear: form(year, ['year']),
  gMonthDay: form(`--${two}-${two}`, ['month', 'day']),
  gDay: form(`---${two}`, ['day']),
  gMonth: form(`--${two}(?:--)?`, ['month']),
};

type Group = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'fraction';

function form(expression: string, groups: readonly Group[]) {
  return { expression: new RegExp(`^${expression}${zone}$`), groups };
}

/**
 * The parts of a date or time. A part that the form lacks, such as the year of a time, has a fixed default. So two
 * values of one form can be compared.
 */
interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  /** The decimals of the second, without zeros at the end. */
  readonly fraction: string;
  /** Minutes to the east of UTC. Null without a zone. */
  readonly zone: number | null;
}

/**
 * Reads a text of the given form, such as `gYear`. Undefined if the text has another form, or if the day or time
 * doesn't exist.
 */
function read(text: string, momentForm: MomentForm): Moment | undefined {
  const { expression, groups } = forms[momentForm];
  const match = expression.exec(text);
  if (match === null) {
    return undefined;
  }
  const of = (group: Group): string | undefined => match[groups.indexOf(group) + 1];
  // 2000 is a leap year, so that `--02-29` exists.
  const parts = {
    year: Number((groups.includes('year') ? of('year') : undefined) ?? 2000),
    month: Number((groups.includes('month') ? of('month') : undefined) ?? 1),
    day: Number((groups.includes('day') ? of('day') : undefined) ?? 1),
    hour: Number((groups.includes('hour') ? of('hour') : undefined) ?? 0),
    minute: Number((groups.includes('minute') ? of('minute') : undefined) ?? 0),
    second: Number((groups.includes('second') ? of('second') : undefined) ?? 0),
    fraction: ((groups.includes('fraction') ? of('fraction') : undefined) ?? '').slice(1).replace(/0+$/, ''),
    zone: zoneOf(match[groups.length + 1]),
  };
  return isReal(parts) ? parts : undefined;
}

function zoneOf(text: string | undefined): number | null {
  if (text === undefined) {
    return null;
  }
  const minutes = Number(text.slice(1, 3)) * 60 + Number(text.slice(4, 6));
  return text === 'Z' ? 0 : text.startsWith('-') ? -minutes : minutes;
}

/** Whether the day and the time exist. 24:00:00 is the beginning of the next day. */
function isReal({ year: y, month, day, hour, minute, second, fraction }: Moment): boolean {
  if (y === 0 || month < 1 || month > 12 || day < 1 || day > daysOf(y, month)) {
    return false;
  }
  const isMidnight = hour === 24 && minute === 0 && second === 0 && fraction === '';
  return isMidnight || (hour < 24 && minute < 60 && second < 60);
}

/** The year in a count with a year 0, which arithmetic needs. XML Schema has no year 0: its year -1 comes before 1. */
const astronomical = (y: number): number => (y < 0 ? y + 1 : y);

function daysOf(y: number, month: number): number {
  const a = astronomical(y);
  const isLeap = a % 4 === 0 && (a % 100 !== 0 || a % 400 === 0);
  return month === 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

export const isMoment = (text: string, momentForm: MomentForm): boolean =>
  read(text, momentForm) !== undefined;

/** The seconds from a fixed day to a date and time. The zone and the decimals of the second are ignored. */
function secondsOf({ year: y, month, day, hour, minute, second }: Moment): number {
  // The days from 1 March of the year 0 to the date, by Howard Hinnant's algorithm. Its year begins in March.
  const a = astronomical(y) - (month <= 2 ? 1 : 0);
  const era = Math.floor(a / 400);
  const yearOfEra = a - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const days =
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return ((days * 24 + hour) * 60 + minute) * 60 + second;
}

const hours14 = 14 * 3600;

/**
 * Negative if the first text is earlier than the second, positive if it is later, else 0. Undefined if a text is not
 * valid. Also undefined if only one text has a zone, and the difference is within 14 hours (part 2, section 3.2.7.3).
 */
export function compareMoments(first: string, second: string, momentForm: MomentForm): number | undefined {
  const a = read(first, momentForm);
  const b = read(second, momentForm);
  if (a === undefined || b === undefined) {
    return undefined;
  }
  const difference = secondsOf(a) - (a.zone ?? 0) * 60 - (secondsOf(b) - (b.zone ?? 0) * 60);
  if ((a.zone === null) !== (b.zone === null)) {
    return Math.abs(difference) > hours14 ? difference : undefined;
  }
  return difference || (a.fraction < b.fraction ? -1 : a.fraction > b.fraction ? 1 : 0);
}

/**
 * The canonical text of a moment: two texts of one form that mean the same moment have the same canonical text. A text
 * that is not valid is returned unchanged.
 */
export function canonicalMoment(text: string, momentForm: MomentForm): string {
  const moment = read(text, momentForm);
  if (moment === undefined) {
    return text;
  }
  return `${secondsOf(moment) - (moment.zone ?? 0) * 60}.${moment.fraction}${moment.zone === null ? '' : 'Z'}`;
}
