import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

/** Renders a page into the element `#app` of its `index.html`. */
export function render(page: ReactNode): void {
  const element = document.getElementById('app');
  if (element === null) {
    throw new Error('index.html has no element for the page');
  }
  createRoot(element).render(<StrictMode>{page}</StrictMode>);
}
