import { Component, type ReactNode } from 'react';
import { Button } from '../blocks/button.tsx';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { Page } from '../page/page.tsx';

/** Shows a page instead of a view that has failed, so that the navigation stays. A new key clears the failure. */
export class ErrorBoundary extends Component<
  { readonly children: ReactNode },
  { readonly hasFailed: boolean }
> {
  override state = { hasFailed: false };

  static getDerivedStateFromError(): { readonly hasFailed: boolean } {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <FailedView /> : this.props.children;
  }
}

function FailedView(): ReactNode {
  const texts = useTexts(uiTexts);
  return (
    <Page title={texts.viewFailed}>
      <p role="alert">{texts.viewFailedText}</p>
      <Button onClick={() => window.location.reload()}>{texts.loadAgain}</Button>
    </Page>
  );
}
