import { Button, Notice, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { Refusal } from './enrolments.ts';
import { stationTexts } from './texts.ts';

/** Shows why a list can't be shown. If another attempt may help, there is a button to try again. */
export function ListFailed({ refusal, onRetry }: { readonly refusal: Refusal; onRetry(): void }): ReactNode {
  const texts = useTexts(stationTexts);
  return (
    <Notice tone="bad">
      <p>{texts[refusal]}</p>
      {(refusal === 'failed' || refusal === 'tooMany') && <Button onClick={onRetry}>{texts.tryAgain}</Button>}
    </Notice>
  );
}
