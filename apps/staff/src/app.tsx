import { Navigation, Page, usePath, useTexts } from '@patron-graph/ui';
import { Fragment, type ReactNode } from 'react';
import { viewAt } from './routes.tsx';
import { texts as frameTexts } from './texts.ts';

export function App(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  return (
    <>
      <Navigation
        label={texts.views}
        items={[
          { to: '/', text: texts.today },
          { to: '/desk', text: texts.desk },
          { to: '/patrons', text: texts.patrons },
          { to: '/overdue', text: texts.overdue },
          { to: '/hold-shelf', text: texts.holdShelf },
          { to: '/applications', text: texts.applications },
          { to: '/losses', text: texts.losses },
          { to: '/operations', text: texts.operations },
          { to: '/notices', text: texts.notices },
          { to: '/stations', text: texts.stations },
        ]}
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
