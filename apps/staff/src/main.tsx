import '@patron-graph/ui/style.css';
import { mountPage, SignedOut } from '@patron-graph/ui';
import { lazy, Suspense } from 'react';
import { App } from './app.tsx';
import { theBranch } from './branch/the-branch.ts';
import { reasonHeaders, theReason } from './reason/the-reason.ts';
import { texts } from './texts.ts';
import { views } from './views.ts';

/**
 * Lists the desk's rows without an outcome while nobody is signed in. It is loaded only then, because most people who
 * open the page are signed in.
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
