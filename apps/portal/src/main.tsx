import { setArea } from '@patron-graph/ui';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import './style.css';

const element = document.getElementById('app');
if (element === null) {
  throw new Error('index.html has no element for the app');
}
setArea('/docs');
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
