import { type ReactNode, StrictMode } from 'react';
import { createRoot, type Root } from 'react-dom/client';

/** Renders a page into the element `#app` of its `index.html`. */
export function render(page: ReactNode): Root {
  const element = document.getElementById('app');
  if (element === null) {
    throw new Error('index.html has no element for the page');
  }
  const root = createRoot(element);
  root.render(<StrictMode>{page}</StrictMode>);
  return root;
}
