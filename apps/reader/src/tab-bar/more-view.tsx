import { Link, Page, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { moreGroups, moreLinks, useOffered } from '../links.ts';
import { texts as frameTexts } from '../texts.ts';
import { Icon } from './icon.tsx';

/** Links, in groups, to the views that have no entry of their own in the bar at the bottom of a phone's screen. */
export function MoreView(): ReactNode {
  const texts = useTexts(frameTexts);
  const isOffered = useOffered();
  return (
    <Page title={texts.more}>
      {moreGroups.map(({ title, names }) => (
        <section key={title} className="more-group" aria-label={texts[title]}>
          <h2>{texts[title]}</h2>
          <ul className="card more-links">
            {moreLinks
              .filter((link) => names.some((one) => one === link.name) && isOffered(link))
              .map(({ name, to }) => (
                <li key={to}>
                  <Link to={to}>
                    <Icon of={name} />
                    {texts[name]}
                    <Icon of="chevron" />
                  </Link>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </Page>
  );
}
