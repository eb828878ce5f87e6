/** Days, times and money as people read them, in Hong Kong. */
import type { Language } from './language.tsx';

const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-Hant': 'zh-HK' };

const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
const minute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** A `Date` of the graph, as in `2026-11-25`: `25 Nov 2026`. */
export const formatDay = (date: string, language: Language): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString(localeOf[language], { ...day, timeZone: 'UTC' });

/** A `DateTime` of the graph: `25 Nov 2026, 09:30`. */
export const formatTime = (moment: string, language: Language): string =>
  new Date(moment).toLocaleString(localeOf[language], { ...day, ...minute, timeZone: 'Asia/Hong_Kong' });

/** `HK$12.50`. */
export const formatMoney = (
  { cents, currency = 'HKD' }: { readonly cents: number; readonly currency?: string },
  language: Language,
): string =>
  (cents / 100).toLocaleString(localeOf[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'symbol',
  });
