/** The library's calendar: Hong Kong, UTC+8, no daylight saving. */
const hongKongOffsetMs = 8 * 60 * 60 * 1000;

/** The day in Hong Kong at that instant, `YYYY-MM-DD`. */
export function hongKongDay(instant: Date): string {
  return new Date(instant.getTime() + hongKongOffsetMs).toISOString().slice(0, 10);
}

/** The instant as RFC 3339 with Hong Kong's offset, to the second. */
export function hongKongInstant(instant: Date): string {
  return `${new Date(instant.getTime() + hongKongOffsetMs).toISOString().slice(0, 19)}+08:00`;
}

/** The day so many days after another, both `YYYY-MM-DD`. */
export function daysAfter(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

/** Whole years from the day of birth to `day`. Someone born on 29 February has their birthday on 1 March in other years. */
export function ageOn(day: string, dateOfBirth: string): number {
  const years = Number(day.slice(0, 4)) - Number(dateOfBirth.slice(0, 4));
  return day.slice(5) < dateOfBirth.slice(5) ? years - 1 : years;
}
