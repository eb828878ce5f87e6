import type { Language } from '../../graph/client.ts';

export const languageCookie = 'sign-in-language';

export const languages = ['en', 'zh-Hant'] as const satisfies readonly Language[];

export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-Hant': '中文' };

export const isLanguage = (text: unknown): text is Language => languages.some((one) => one === text);

export interface LanguageWishes {
  readonly cookies: string | undefined;
  /** The parameter `ui_locales` of an authorization request: language tags separated by spaces. */
  readonly uiLocales: string | undefined;
  readonly acceptLanguage: string | undefined;
}

/**
 * The language that the person chose. Without a choice: the first supported language in the service's request, else in
 * the browser's list, else English.
 */
export function chooseLanguage({ cookies, uiLocales, acceptLanguage }: LanguageWishes): Language {
  const chosen = new RegExp(`(?:^|;\\s*)${languageCookie}=([^;]*)`).exec(cookies ?? '')?.[1];
  if (isLanguage(chosen)) {
    return chosen;
  }
  const tags = [...(uiLocales?.split(' ') ?? []), ...byPreference(acceptLanguage ?? '')];
  return tags.map(languageOfTag).find((language) => language !== null) ?? 'en';
}

/**
 * All language tags of Chinese select traditional Chinese. Readers of simplified characters understand traditional
 * characters better than English.
 */
function languageOfTag(tag: string): Language | null {
  if (/^zh\b/i.test(tag)) {
    return 'zh-Hant';
  }
  return /^en\b/i.test(tag) ? 'en' : null;
}

/**
 * The maximum number of language tags that are read from the header (RFC 9110, section 12.5.4). No browser sends more.
 */
const maxTags = 20;

function byPreference(header: string): readonly string[] {
  return header
    .split(',', maxTags)
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().split(';');
      const quality = parameters.map((text) => /^\s*q=([\d.]{1,5})\s*$/.exec(text)?.[1]).find(Boolean);
      return { tag, quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ quality }) => quality > 0)
    .toSorted((one, other) => other.quality - one.quality)
    .map(({ tag }) => tag);
}
