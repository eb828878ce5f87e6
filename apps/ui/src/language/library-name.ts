import { type Language, useLanguage } from './language.tsx';

/** The library's name in a language. The server that serves the page adds the names to its head. */
const libraryNameIn = (language: Language): string =>
  document.head.querySelector<HTMLMetaElement>(`meta[name="library"][lang="${language}"]`)?.content ?? '';

export const useLibraryName = (): string => libraryNameIn(useLanguage().language);
