import { formatTime, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { circulationTexts } from './texts.ts';

interface AgedList {
  readonly asOf: string | null;
  readonly complete: boolean;
  readonly completeBy: string | null;
}

/**
 * Shows how old the list is, and whether it is incomplete. An incomplete list lacks loans or reservations that have not
 * changed for 90 days.
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
