import { Navigation, Page, usePath, useTexts } from '@patron-graph/ui';
import { Fragment, type ReactNode } from 'react';
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
      <ReasonChoice />
      {/* The key drops a view's state when the path changes, and reads the view again when the reason is chosen. */}
      <Fragment key={`${path} ${reason}`}>
        {viewAt(path) ?? (
          <Page title={texts.noSuchPage}>
            <p>{texts.noSuchPageText}</p>
          </Page>
        )}
      </Fragment>
    </>
  );
}
