import '@patron-graph/ui/style.css';
import { mountPage, SignedOut } from '@patron-graph/ui';
import { App } from './app.tsx';
import { theBranch } from './branch/the-branch.ts';
import { OpenRows } from './desk/rows.tsx';
import { reasonHeaders, theReason } from './reason/the-reason.ts';
import { texts } from './texts.ts';

mountPage({
  area: '/staff',
  texts,
  app: <App />,
  signedOut: <SignedOut below={<OpenRows />} />,
  requestHeaders: reasonHeaders,
  onSignOut() {
    theReason.forget();
    theBranch.forget();
  },
});
