import { useContent } from '@patron-graph/ui';
import { type ReactNode, useEffect, useMemo } from 'react';
import type { Page } from '../content/pages.ts';
import { load } from './load.ts';
import { Loaded } from './loaded.tsx';
import { useAnchor } from './location.ts';

declare global {
  interface Window {
    /** Trusted Types, section 2.3. Absent in browsers that lack Trusted Types. */
    readonly trustedTypes?: {
      createPolicy(
        name: string,
        rules: { createHTML(html: string): string },
      ): { createHTML(html: string): TrustedHTML };
    };
  }
}

/**
 * Browsers with trusted types accept HTML only from this policy. The portal's Content-Security-Policy names this
 * policy.
 */
const guides = window.trustedTypes?.createPolicy('guides', { createHTML: (html) => html });

type GuideContent = Pick<Page, 'id' | 'title' | 'html'>;

export const GuidePage = ({ id }: { readonly id: string }): ReactNode => (
  <Loaded<GuideContent> name={`page-${id}`}>{(page) => <Guide page={page} />}</Loaded>
);

function Guide({ page: { title, html } }: { readonly page: GuideContent }): ReactNode {
  const anchor = useAnchor();
  // The same object is used for all renderings of a page. With a new object each time, React would replace the content.
  const trusted = useMemo(() => guides?.createHTML(html) ?? html, [html]);
  useEffect(() => {
    document.title = `${title} · Library graph`;
  }, [title]);
  useEffect(() => scrollTo(anchor), [anchor]);
  const name = useHasGraphiQL() ? undefined : 'without-graphiql';
  // biome-ignore lint/security/noDangerouslySetInnerHtml: made from the guides when the portal was built.
  return <article className={name} dangerouslySetInnerHTML={{ __html: trusted }} />;
}

/** Whether the gateway serves GraphiQL. False until the gateway has answered. */
function useHasGraphiQL(): boolean {
  const { content } = useContent('gateway', () => load<{ readonly hasGraphiQL: boolean }>('gateway'));
  return content?.hasGraphiQL ?? false;
}

/**
 * Scrolls to an anchor; to the top of the page if `anchor` is empty. The browser can't do this, because it looks for
 * the anchor before the content is loaded.
 */
export function scrollTo(anchor: string): void {
  if (anchor === '') {
    window.scrollTo(0, 0);
  } else {
    document.getElementById(anchor)?.scrollIntoView();
  }
}
