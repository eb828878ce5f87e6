/** The languages in which the graph speaks to people. */
export const languages = ['en', 'zh-Hant'] as const;

/** A BCP 47 tag: English or Traditional Chinese. */
export type Language = (typeof languages)[number];

/** A text in every language. */
export type Localized = Readonly<Record<Language, string>>;

/** Where nothing that the client asks for fits. */
export const defaultLanguage: Language = 'en';
