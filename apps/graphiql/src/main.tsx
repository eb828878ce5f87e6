import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page.tsx';
import './style.css';

const element = document.getElementById('app');
if (element === null) {
  throw new Error('index.html has no element for the app');
}
createRoot(element).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
