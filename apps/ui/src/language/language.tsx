import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export type Language = 'en' | 'zh-Hant';

type Text = string | ((...values: never[]) => string);
type InLanguages<Texts> = { readonly [Name in keyof Texts]: Readonly<Record<Language, Texts[Name]>> };
type InOne<Texts> = { readonly [Name in keyof Texts]: Texts[Name] extends string ? string : Texts[Name] };

/**
 * The texts of a page. The compiler requires each text in both languages. A text with values is a function.
 *
 * ```ts
 * const texts = createTexts({
 *   title: { en: 'Loans', 'zh-Hant': '借閱' },
 *   left: { en: (count: number) => `${count} left`, 'zh-Hant': (count: number) => `尚餘 ${count} 項` },
 * });
 * const { title, left } = useTexts(texts);
 * ```
 */
export const createTexts = <Texts extends Readonly<Record<string, Text>>>(
  texts: InLanguages<Texts>,
): InLanguages<Texts> => texts;

/** The texts in the language of the page. */
export function useTexts<Texts extends Readonly<Record<string, Text>>>(
  texts: InLanguages<Texts>,
): InOne<Texts> {
  const { language } = useLanguage();
  return useMemo(
    () =>
      Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, text[language]])) as InOne<Texts>,
    [texts, language],
  );
}

interface LanguageChoice {
  readonly language: Language;
  setLanguage(language: Language): void;
}

const LanguageContext = createContext<LanguageChoice | null>(null);

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (choice === null) {
    throw new Error('useLanguage is for what mountPage has rendered');
  }
  return choice;
}

/** The key in the browser's storage. The chosen language applies to all pages of the library. */
const storedAs = 'language';

/** The chosen language, or else the first of the browser's languages that the pages support, or else English. */
function firstLanguage(remembers: boolean): Language {
  const stored = remembers ? globalThis.localStorage.getItem(storedAs) : null;
  const wanted = [...(stored === null ? [] : [stored]), ...globalThis.navigator.languages];
  const first = wanted.find((tag) => /^(en|zh)\b/.test(tag));
  return first?.startsWith('zh') ? 'zh-Hant' : 'en';
}

/**
 * Provides the page's language. `remembers` is false on machines that many people use. The choice is then dropped when
 * the component is unmounted.
 */
export function LanguageProvider({
  remembers = true,
  children,
}: {
  readonly remembers?: boolean;
  readonly children: ReactNode;
}): ReactNode {
  const [language, setLanguage] = useState(() => firstLanguage(remembers));
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  const choice = useMemo(
    () => ({
      language,
      setLanguage: (next: Language) => {
        if (remembers) {
          globalThis.localStorage.setItem(storedAs, next);
        }
        setLanguage(next);
      },
    }),
    [language, remembers],
  );
  return <LanguageContext value={choice}>{children}</LanguageContext>;
}
