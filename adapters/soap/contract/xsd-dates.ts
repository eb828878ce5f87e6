/** Translates the dates of XML Schema to the ports' ISO dates. A text without a zone is in Hong Kong time. */

const zone = /(?:Z|[+-][0-9]{2}:[0-9]{2})$/;

/** Translates `2026-11-29` or `2026-11-29+08:00` to `2026-11-29`: the day as it is written. */
export const dayOf = (text: string): string => text.replace(zone, '');

/** Translates `2026-11-15T10:15:00` to `2026-11-15T10:15:00+08:00`. A time with a zone stays as it is. */
export const instantOf = (text: string): string => (zone.test(text) ? text : `${text}+08:00`);
