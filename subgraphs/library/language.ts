/** The languages of all texts for people in the graph. */
export const languages = ['en', 'zh-Hant'] as const;

/** A BCP 47 tag: English or Traditional Chinese. */
export type Language = (typeof languages)[number];

/** A text in every language. */
export type Localized = Readonly<Record<Language, string>>;

/** The language if none of the languages that a client requests is available. */
export const defaultLanguage: Language = 'en';
