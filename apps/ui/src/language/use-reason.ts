import type { MissingValue } from '@patron-graph/kit';
import { useCallback } from 'react';
import { reasonIn } from './error-texts.ts';
import { useLanguage } from './language.tsx';

/** Returns `reasonIn` for the page's language. */
export function useReason(): (missing: MissingValue) => string {
  const { language } = useLanguage();
  return useCallback((missing) => reasonIn(language, missing), [language]);
}
