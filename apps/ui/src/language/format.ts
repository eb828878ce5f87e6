/** Formats days, times and money for people in Hong Kong. A line never breaks inside `25 Nov 2026` or `09:30`. */
import type { Language } from './language.tsx';

const localeOf: Readonly<Record<Language, string>> = { en: 'en-GB', 'zh-Hant': 'zh-HK' };

const day = { year: 'numeric', month: 'short', day: 'numeric' } as const;
const minute = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;

/** Replaces spaces with non-breaking spaces. */
const unbroken = (text: string): string => text.replaceAll(' ', '\u00a0');

/**
 * The text of a formatted date. English months are cut to three letters, because browsers write `Sept`, but `Aug` and
 * `Oct`.
 */
const textOf = (parts: readonly Intl.DateTimeFormatPart[], language: Language): string =>
  parts
    .map(({ type, value }) => (type === 'month' && language === 'en' ? value.slice(0, 3) : value))
    .join('');

/** Today in Hong Kong, as a `Date` of the graph. */
export const todaysDate = (): string =>
  new Date().toLocaleDateString('en-CA', { timeZone: 'Asia/Hong_Kong' });

/** Formats a `Date` of the graph: `2026-11-25` becomes `25 Nov 2026`. */
export const formatDay = (date: string, language: Language): string =>
  unbroken(
    textOf(
      new Intl.DateTimeFormat(localeOf[language], { ...day, timeZone: 'UTC' }).formatToParts(
        new Date(`${date}T00:00:00Z`),
      ),
      language,
    ),
  );

/**
 * Formats a `Date` of the graph in words, so that people notice a wrong day: `2026-11-25` becomes `Wednesday, 25 November
 * 2026`.
 */
export const formatDayInWords = (date: string, language: Language): string =>
  new Date(`${date}T00:00:00Z`).toLocaleDateString(localeOf[language], {
    dateStyle: 'full',
    timeZone: 'UTC',
  });

/** Formats a `DateTime` of the graph as `25 Nov 2026, 09:30`, in Hong Kong time. A line may break after the comma. */
export const formatTime = (moment: string, language: Language): string => {
  const format = new Intl.DateTimeFormat(localeOf[language], {
    ...day,
    ...minute,
    timeZone: 'Asia/Hong_Kong',
  });
  const text = textOf(format.formatToParts(new Date(moment)), language);
  const end = text.lastIndexOf(' ');
  return `${unbroken(text.slice(0, end))}${text.slice(end)}`;
};

/** Formats an amount of money, such as `HK$12.50`. */
export const formatMoney = (
  { cents, currency = 'HKD' }: { readonly cents: number; readonly currency?: string },
  language: Language,
): string =>
  (cents / 100).toLocaleString(localeOf[language], {
    style: 'currency',
    currency,
    currencyDisplay: 'symbol',
  });

/**
 * The name of a charge: its kind and the payment system's description, such as `Printing: 7 pages`. If one of the two
 * begins with the other, the longer one is enough: `Overdue item`, not `Overdue: Overdue item`.
 */
export function formatCharge(kind: string, about: string | null, language: Language): string {
  const [kindWords, aboutWords] = [kind.toLowerCase(), about?.toLowerCase() ?? ''];
  if (about === null || kindWords.startsWith(aboutWords)) {
    return kind;
  }
  return aboutWords.startsWith(kindWords) ? about : `${kind}${language === 'en' ? ': ' : '：'}${about}`;
}
