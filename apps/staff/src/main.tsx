import '@patron-graph/ui/style.css';
import { mountPage, SignedOut } from '@patron-graph/ui';
import { lazy, Suspense } from 'react';
import { App } from './app.tsx';
import { theBranch } from './branch/the-branch.ts';
import { reasonHeaders, theReason } from './reason/the-reason.ts';
import { texts } from './texts.ts';
import { views } from './views.ts';

/**
 * Lists the rows of the desk that have no outcome. It is loaded only when nobody is signed in, because only then does
 * the page need it outside the desk.
 */
const OpenRows = lazy(async () => ({ default: (await import('./desk/rows.tsx')).OpenRows }));

mountPage({
  area: '/staff',
  texts,
  views,
  app: <App />,
  signedOut: (
    <SignedOut
      below={
        <Suspense>
          <OpenRows />
        </Suspense>
      }
    />
  ),
  requestHeaders: reasonHeaders,
  onSignOut() {
    theReason.forget();
    theBranch.forget();
  },
});
