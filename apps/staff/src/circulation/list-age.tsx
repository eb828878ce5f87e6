import { formatTime, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { circulationTexts } from './texts.ts';

interface AgedList {
  readonly asOf: string | null;
  readonly complete: boolean;
  readonly completeBy: string | null;
}

/**
 * Shows the age of a list of the whole library, and whether the list is incomplete. An incomplete list lacks entries that
 * nobody has touched for 90 days.
 */
export function ListAge({ list: { asOf, complete, completeBy } }: { readonly list: AgedList }): ReactNode {
  const texts = useTexts(circulationTexts);
  const { language } = useLanguage();
  return (
    <>
      <p className="quiet">{asOf === null ? texts.isBehind : texts.asOf(formatTime(asOf, language))}</p>
      {!complete && (
        <p className="quiet">
          {completeBy === null ? texts.incomplete : texts.incompleteUntil(formatTime(completeBy, language))}
        </p>
      )}
    </>
  );
}
