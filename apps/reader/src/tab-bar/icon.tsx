import type { ReactNode } from 'react';
import type { links } from '../links.ts';

/** The shapes of the icons, on a grid of 24. */
const shapes = {
  home: 'M4 5h6l2 2 2-2h6v14h-6l-2 1-2-1H4zM12 7v12',
  catalogue: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 21 21',
  cards: 'M3 6h18v12H3zM3 10h18M6 15h5',
  charges:
    'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 6.5v11M14.5 9h-3.5a1.5 1.5 0 0 0 0 3h2a1.5 1.5 0 0 1 0 3H9.5',
  contact: 'M3 6h18v12H3zM3 7l9 6 9-6',
  requests: 'M5 4h14v17H5zM8.5 9h7M8.5 13h7M8.5 17h4',
  access: 'M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12zM12 9a3 3 0 1 1 0 6 3 3 0 0 1 0-6z',
  apply: 'M3 6h18v12H3zM12 9v6M9 12h6',
  progress: 'M12 3a9 9 0 1 1 0 18 9 9 0 0 1 0-18zM12 7v5l3 2',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1',
  chevron: 'M9 5l7 7-7 7',
} as const satisfies Readonly<Record<(typeof links)[number]['name'], string>> &
  Readonly<Record<string, string>>;

export const Icon = ({ of }: { readonly of: keyof typeof shapes }): ReactNode => (
  <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
    <path d={shapes[of]} />
  </svg>
);
