import { useAnchor, useContent } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import type { Page } from '../content/pages.ts';
import { load } from './load.ts';
import { Loaded } from './loaded.tsx';

type GuideContent = Pick<Page, 'id' | 'title' | 'html'>;

export const GuidePage = ({ id }: { readonly id: string }): ReactNode => (
  <Loaded<GuideContent> name={`page-${id}`}>{(page) => <Guide page={page} />}</Loaded>
);

function Guide({ page: { title, html } }: { readonly page: GuideContent }): ReactNode {
  const anchor = useAnchor();
  useEffect(() => {
    document.title = `${title} · Library graph`;
  }, [title]);
  useEffect(() => scrollTo(anchor), [anchor]);
  const name = useHasGraphiQL() ? undefined : 'without-graphiql';
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made from the guides when the portal was built.
  return <article className={name} dangerouslySetInnerHTML={{ __html: html }} />;
}

/** Whether the gateway serves GraphiQL. False until the gateway has answered. */
function useHasGraphiQL(): boolean {
  const { content } = useContent('gateway', () => load<{ readonly hasGraphiQL: boolean }>('gateway'));
  return content?.hasGraphiQL ?? false;
}

/** Scrolls to an anchor. The browser can't do it, because it looks for the anchor before the content is loaded. */
export function scrollTo(anchor: string): void {
  if (anchor === '') {
    window.scrollTo(0, 0);
  } else {
    document.getElementById(anchor)?.scrollIntoView();
  }
}
