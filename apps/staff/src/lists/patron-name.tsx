import { type Language, Link, useLanguage } from '@patron-graph/ui';
import type { ReactNode } from 'react';

interface Named {
  readonly id: string;
  readonly name: { readonly english: string | null; readonly chinese: string | null } | null;
}

/**
 * Returns both names if there are two, beginning with the one in the page's language. If no name could be read, returns
 * the patron number.
 */
function nameOf({ id, name }: Named, language: Language): string {
  const names = [name?.english, name?.chinese].filter((one) => one != null && one !== '');
  const ordered = language === 'en' ? names : names.reverse();
  return ordered.length === 0 ? id : ordered.join(' ');
}

/** A link to the patron's page, or a dash if there is no patron. */
export function PatronLink({ patron }: { readonly patron: Named | null | undefined }): ReactNode {
  const { language } = useLanguage();
  return patron == null ? '—' : <Link to={`/patrons/${patron.id}`}>{nameOf(patron, language)}</Link>;
}
