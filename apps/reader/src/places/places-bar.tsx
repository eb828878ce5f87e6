import './places.css';
import { Link, usePath, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { moreLinks, placeLinks } from '../links.ts';
import { texts as frameTexts } from '../texts.ts';

/** The shapes of the icons, on a grid of 24. */
const shapes = {
  home: 'M4 5h6l2 2 2-2h6v14h-6l-2 1-2-1H4zM12 7v12',
  catalogue: 'M10.5 4a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM15.5 15.5 21 21',
  cards: 'M3 6h18v12H3zM3 10h18M6 15h5',
  more: 'M4.5 12h1M11.5 12h1M18.5 12h1',
} as const;

/**
 * The bar with four entries at the bottom of a phone's screen. On a wide screen, the navigation at the top replaces
 * this bar.
 */
export function PlacesBar(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const isFurther = moreLinks.some(({ to }) => to === path);
  return (
    <nav className="places-bar" aria-label={texts.places}>
      {placeLinks.map(({ name, to }) => (
        <Link key={to} to={to}>
          <Icon shape={shapes[name as keyof typeof shapes]} />
          {texts[name]}
        </Link>
      ))}
      <Link to="/more" aria-current={isFurther || undefined}>
        <Icon shape={shapes.more} />
        {texts.more}
      </Link>
    </nav>
  );
}

const Icon = ({ shape }: { readonly shape: string }): ReactNode => (
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d={shape} />
  </svg>
);
