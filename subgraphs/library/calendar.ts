/** The offset of the library's calendar: Hong Kong has UTC+8, without daylight saving. */
const hongKongOffsetMs = 8 * 60 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** The day in Hong Kong at this instant, `YYYY-MM-DD`. */
export function hongKongDay(instant: Date): string {
  return new Date(instant.getTime() + hongKongOffsetMs).toISOString().slice(0, 10);
}

/** The instant as RFC 3339 with Hong Kong's offset, to the second. */
export function hongKongInstant(instant: Date): string {
  return `${new Date(instant.getTime() + hongKongOffsetMs).toISOString().slice(0, 19)}+08:00`;
}

/** The day that is `days` days after `day`. Both have the form `YYYY-MM-DD`. */
export function daysAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** The number of days from `day` to `other`, below 0 if `other` is earlier. Both have the form `YYYY-MM-DD`. */
export function daysBetween(day: string, other: string): number {
  return (Date.parse(other) - Date.parse(day)) / dayMs;
}

/**
 * Whole years from the day of birth to `day`. If someone is born on 29 February, their birthday is 1 March in other
 * years.
 */
export function ageOn(day: string, dateOfBirth: string): number {
  const years = Number(day.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  return day.slice(5) < dateOfBirth.slice(5) ? years - 1 : years;
}
