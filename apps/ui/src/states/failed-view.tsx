import type { ReactNode } from 'react';
import { Button } from '../blocks/button.tsx';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { Page } from '../page/page.tsx';

/** Replaces a view that has failed, so that the navigation stays. */
export function FailedView(): ReactNode {
  const texts = useTexts(uiTexts);
  return (
    <Page title={texts.viewFailed}>
      <p role="alert">{texts.viewFailedText}</p>
      <Button onClick={() => window.location.reload()}>{texts.loadAgain}</Button>
    </Page>
  );
}

/** Replaces the view if the address belongs to no view. */
export function NoSuchPage(): ReactNode {
  const texts = useTexts(uiTexts);
  return (
    <Page title={texts.noSuchPage}>
      <p>{texts.noSuchPageText}</p>
    </Page>
  );
}
