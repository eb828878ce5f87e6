/** A day `YYYY-MM-DD` as the pages show it in English, such as `8 Dec 2026`, with spaces that don't break. */
export const shownDay = (day: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' })
    .format(new Date(day))
    .replaceAll(' ', '\u00a0');
