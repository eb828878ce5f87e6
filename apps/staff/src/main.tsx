import '@patron-graph/ui/style.css';
import { mountPage } from '@patron-graph/ui';
import { App } from './app.tsx';
import { texts } from './texts.ts';

mountPage({ area: '/staff', texts, app: <App /> });
