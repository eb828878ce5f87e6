import '@patron-graph/ui/style.css';
import './style.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const element = document.getElementById('app');
if (element === null) {
  throw new Error('index.html has no element for the page');
}
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
