/**
 * Reads the names of the library and of programs. The page's server writes them into the `<head>`, as `meta` elements.
 */
import { type Language, useLanguage } from './language.tsx';

const nameIn = (language: Language, selector: string): string | null =>
  document.head.querySelector<HTMLMetaElement>(`meta${selector}[lang="${language}"]`)?.content ?? null;

export function useLibraryName(): string {
  const { language } = useLanguage();
  return nameIn(language, '[name="library"]') ?? '';
}

/**
 * Returns a function that finds the name of a program by its `client_id`. Without a name, the function returns the id.
 */
export function useProgramName(): (clientId: string) => string {
  const { language } = useLanguage();
  return (clientId) => nameIn(language, `[name="program"][data-id="${CSS.escape(clientId)}"]`) ?? clientId;
}
