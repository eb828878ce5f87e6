const dayMs = 24 * 60 * 60 * 1000;

/** Days from a `Date` of the graph to the day, in Hong Kong, of a `DateTime`. */
export function daysBetween(day: string, moment: string): number {
  const inHongKong = new Date(moment).toLocaleDateString('en-CA', { timeZone: 'Asia/Hong_Kong' });
  return Math.round((Date.parse(inHongKong) - Date.parse(day)) / dayMs);
}
