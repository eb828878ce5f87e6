import { Link, Page, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { moreLinks } from '../links.ts';
import { texts as frameTexts } from '../texts.ts';

/** Links to the views that have no entry of their own in the bar of a phone. */
export function MoreView(): ReactNode {
  const texts = useTexts(frameTexts);
  return (
    <Page title={texts.more}>
      <ul className="card more-links">
        {moreLinks.map(({ name, to }) => (
          <li key={to}>
            <Link to={to}>{texts[name]}</Link>
          </li>
        ))}
      </ul>
    </Page>
  );
}
