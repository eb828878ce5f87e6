const dayMs = 24 * 60 * 60 * 1000;

/** The number of days from a `Date` of the graph to a `DateTime`, by Hong Kong's calendar. */
export function daysBetween(day: string, moment: string): number {
  const inHongKong = new Date(moment).toLocaleDateString('en-CA', { timeZone: 'Asia/Hong_Kong' });
  return Math.round((Date.parse(inHongKong) - Date.parse(day)) / dayMs);
}
