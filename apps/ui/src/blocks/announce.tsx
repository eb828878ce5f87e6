import type { ReactNode } from 'react';

/** Read out by screen readers whenever it changes; not visible. */
export const Announce = ({ children }: { readonly children: ReactNode }): ReactNode => (
  <p className="hidden" role="status" aria-live="polite">
    {children}
  </p>
);
