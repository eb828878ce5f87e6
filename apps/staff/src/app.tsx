import './layout.css';
import { ErrorBoundary, Navigation, Page, usePath, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { OwnBranch } from './branch/own-branch.tsx';
import { ReasonChoice } from './reason/reason-choice.tsx';
import { useReasonToLook } from './reason/the-reason.ts';
import { routes, viewAt } from './routes.tsx';
import { texts as frameTexts } from './texts.ts';

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const reason = useReasonToLook();
  return (
    <>
      <Navigation
        label={texts.views}
        items={routes.flatMap(({ path: to, link }) => (link === null ? [] : [{ to, text: texts[link] }]))}
      />
      <div className="row at-work">
        <OwnBranch />
        <ReasonChoice />
      </div>
      {/* The key drops a view's state when the path changes, and reads the view again when the reason is chosen. */}
      <ErrorBoundary key={`${path} ${reason}`}>
        {viewAt(path) ?? (
          <Page title={texts.noSuchPage}>
            <p>{texts.noSuchPageText}</p>
          </Page>
        )}
      </ErrorBoundary>
    </>
  );
}
