import { formatDay, Notice, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { HoldOfReaderFragment } from '../operations.generated.ts';
import { homeTexts } from './texts.ts';

/**
 * Shows which reserved copies wait on a hold shelf, where they wait, and until when. Renders nothing if no copy waits.
 */
export function WaitsForYou({ holds }: { readonly holds: readonly HoldOfReaderFragment[] }): ReactNode {
  const texts = useTexts(homeTexts);
  const { language } = useLanguage();
  const ready = holds.filter(({ state }) => state === 'READY');
  if (ready.length === 0) {
    return null;
  }
  return (
    <Notice tone="good" title={texts.waitsForYou(ready.length)}>
      <ul>
        {ready.map(({ id, title, pickup, pickupBranch, readyUntil }) => (
          <li key={id}>
            {texts.waitsAt(title, pickup?.name ?? pickupBranch)}{' '}
            {readyUntil !== null && texts.readyUntil(formatDay(readyUntil, language))}
          </li>
        ))}
      </ul>
    </Notice>
  );
}
