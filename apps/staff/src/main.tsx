import '@patron-graph/ui/style.css';
import { mountPage, SignedOut } from '@patron-graph/ui';
import { App } from './app.tsx';
import { OpenRows } from './desk/rows.tsx';
import { texts } from './texts.ts';

mountPage({ area: '/staff', texts, app: <App />, signedOut: <SignedOut below={<OpenRows />} /> });
