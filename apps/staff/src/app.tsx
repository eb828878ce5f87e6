import { Navigation, Page, usePath, useTexts } from '@patron-graph/ui';
import { Fragment, type ReactNode } from 'react';
import { routes, viewAt } from './routes.tsx';
import { texts as frameTexts } from './texts.ts';

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  return (
    <>
      <Navigation
        label={texts.views}
        items={routes.flatMap(({ path: to, link }) => (link === null ? [] : [{ to, text: texts[link] }]))}
      />
      {/* The key drops a view's state when the path changes. */}
      <Fragment key={path}>
        {viewAt(path) ?? (
          <Page title={texts.noSuchPage}>
            <p>{texts.noSuchPageText}</p>
          </Page>
        )}
      </Fragment>
    </>
  );
}
