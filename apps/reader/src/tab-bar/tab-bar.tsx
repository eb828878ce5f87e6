import './tab-bar.css';
import { Link, usePath, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { innerViews, moreLinks, tabLinks } from '../links.ts';
import { texts as frameTexts } from '../texts.ts';
import { Icon } from './icon.tsx';

/**
 * The bar with four entries at the bottom of a phone's screen. On a wide screen, the navigation at the top replaces
 * this bar.
 */
export function TabBar(): ReactNode {
  const texts = useTexts(frameTexts);
  const path = usePath();
  const isFurther = innerViews.includes(path) || moreLinks.some(({ to }) => to === path);
  return (
    <nav className="tab-bar" aria-label={texts.tabs}>
      {tabLinks.map(({ name, to }) => (
        <Link key={to} to={to}>
          <Icon of={name} />
          {texts[name]}
        </Link>
      ))}
      <Link to="/more" aria-current={isFurther || undefined}>
        <Icon of="more" />
        {texts.more}
      </Link>
    </nav>
  );
}
