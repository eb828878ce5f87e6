import { type ReactNode, useEffect } from 'react';
import type { Page } from '../content/pages.ts';
import { Loaded } from './loaded.tsx';
import { usePlace } from './location.ts';

type GuideContent = Pick<Page, 'id' | 'title' | 'html'>;

export const GuidePage = ({ id }: { readonly id: string }): ReactNode => (
  <Loaded<GuideContent> name={`page-${id}`}>{(page) => <Guide page={page} />}</Loaded>
);

function Guide({ page: { title, html } }: { readonly page: GuideContent }): ReactNode {
  const { anchor } = usePlace();
  useEffect(() => {
    document.title = `${title} · Library graph`;
  }, [title]);
  useEffect(() => scrollTo(anchor), [anchor]);
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made from the guides when the portal was built.
  return <article dangerouslySetInnerHTML={{ __html: html }} />;
}

/** The content is there only now, after the browser has looked for the anchor. */
export function scrollTo(anchor: string): void {
  if (anchor === '') {
    window.scrollTo(0, 0);
  } else {
    document.getElementById(anchor)?.scrollIntoView();
  }
}
