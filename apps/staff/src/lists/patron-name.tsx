import { type Language, Link, useLanguage } from '@patron-graph/ui';
import type { ReactNode } from 'react';

export interface Named {
  readonly id: string;
  readonly name: { readonly english: string | null; readonly chinese: string | null } | null;
}

/**
 * Returns both names if there are two, beginning with the one in the page's language. Null if there is no patron, or no
 * name could be read.
 */
export function nameOf(patron: Named | null | undefined, language: Language): string | null {
  const names = [patron?.name?.english, patron?.name?.chinese].filter((one) => one != null && one !== '');
  const ordered = language === 'en' ? names : names.reverse();
  return ordered.length === 0 ? null : ordered.join(' ');
}

/**
 * A link to the patron's page, or a dash if there is no patron. If the name is missing, the link shows the patron number.
 */
export function PatronLink({ patron }: { readonly patron: Named | null | undefined }): ReactNode {
  const { language } = useLanguage();
  return patron == null ? (
    '—'
  ) : (
    <Link className="person" to={`/patrons/${patron.id}`}>
      {nameOf(patron, language) ?? patron.id}
    </Link>
  );
}
