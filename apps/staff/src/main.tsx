import '@patron-graph/ui/style.css';
import { mountPage, SignedOut } from '@patron-graph/ui';
import { App } from './app.tsx';
import { OpenRows } from './desk/rows.tsx';
import { theReason } from './reason/the-reason.ts';
import { texts } from './texts.ts';

mountPage({
  area: '/staff',
  texts,
  app: <App />,
  signedOut: <SignedOut below={<OpenRows />} />,
  requestHeaders: theReason.headers,
  onSignOut: theReason.forget,
});
