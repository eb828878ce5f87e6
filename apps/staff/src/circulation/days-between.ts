const dayMs = 24 * 60 * 60 * 1000;

const dayInHongKong = (moment: Date): string =>
  moment.toLocaleDateString('en-CA', { timeZone: 'Asia/Hong_Kong' });

/** The number of days from `day` (the graph's `Date`) to `moment` (the graph's `DateTime`), by Hong Kong's calendar. */
export const daysBetween = (day: string, moment: string): number =>
  Math.round((Date.parse(dayInHongKong(new Date(moment))) - Date.parse(day)) / dayMs);

/** The day that was `days` days before today in Hong Kong, as a `Date` of the graph. */
export const dayAgo = (days: number): string => dayInHongKong(new Date(Date.now() - days * dayMs));
