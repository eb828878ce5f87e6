import type { Language } from '../../graph/client.ts';

/** SIP2's numbers of languages, as far as the library speaks them: English, and Chinese, also that of Taiwan. */
const languages: ReadonlyMap<string, Language> = new Map([
  ['001', 'en'],
  ['024', 'en'],
  ['019', 'zh-Hant'],
  ['027', 'zh-Hant'],
]);

/** The language that a message asks for; else the terminal's. */
export const languageOf = (code: string, fallback: Language): Language => languages.get(code) ?? fallback;

/** The number of a language, for answers. */
export const numberOf = (language: Language): string => (language === 'en' ? '001' : '019');
