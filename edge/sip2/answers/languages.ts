import type { Language } from '../../graph/client.ts';

/** SIP2's numbers of the library's languages: English (two numbers), Chinese, and Chinese of Taiwan. */
const languages: ReadonlyMap<string, Language> = new Map([
  ['001', 'en'],
  ['024', 'en'],
  ['019', 'zh-Hant'],
  ['027', 'zh-Hant'],
]);

/** The language that a message requests, or else the terminal's language. */
export const languageOf = (code: string, fallback: Language): Language => languages.get(code) ?? fallback;

export const numberOf = (language: Language): string => (language === 'en' ? '001' : '019');
