import { RouterProvider } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Root } from 'react-dom/client';
import { LiveRegion } from './blocks/announce.tsx';
import { Button } from './blocks/button.tsx';
import { drafts } from './drafts/drafts.ts';
import { GraphProvider } from './graph/graph-provider.tsx';
import { type Language, LanguageProvider, useTexts } from './language/language.tsx';
import { uiTexts } from './language/texts.ts';
import { LiveNotice, LiveProvider } from './live/live-provider.tsx';
import { Page } from './page/page.tsx';
import { render } from './render.tsx';
import { createPageRouter, loadViews, type View } from './routing/router.tsx';
import { watchAttendance } from './session/attendance.ts';
import { Header } from './session/header.tsx';
import { SessionProvider, useSessionControl } from './session/session-provider.tsx';
import { FailedView, NoSuchPage } from './states/failed-view.tsx';
import { Loading } from './states/loaded.tsx';
import { Notice } from './states/notice.tsx';
import { SignedOut } from './states/signed-out.tsx';

interface PageOptions {
  /** The path of the page without a slash at its end, such as `/staff`. */
  readonly area: string;
  /** `title` is the page's name, which is shown beside the library's name. */
  readonly texts: { readonly title: Readonly<Record<Language, string>> };
  /** The views, each with a component that renders a `Page`. */
  readonly views: readonly View[];
  /** The content for people who are signed in: the frame around the open view, and the view as an `Outlet`. */
  readonly app: ReactNode;
  /** The content while nobody is signed in. The default is a link to sign in. */
  readonly signedOut?: ReactNode;
  /** Further headers for each request of `useSessionFetch`. */
  requestHeaders?(): Readonly<Record<string, string>>;
  /** Called in each tab of the area after a person has signed out, to drop the person's data from the browser. */
  onSignOut?(): void;
}

/**
 * The delay before the code of the other views is loaded, in ms. Without it, this code would slow down the first view.
 */
const restOfPageMs = 10_000;

/** Renders a page into `#app`, with its language, session and graph. */
export function mountPage(options: PageOptions): void {
  watchAttendance();
  drafts.dropExpired();
  const forget = () => {
    drafts.forget();
    options.onSignOut?.();
  };
  const router = createPageRouter(options.area, options.views, () => <Frame {...options} />, {
    loading: () => <Loading />,
    failed: FailedView,
    missing: NoSuchPage,
  });
  const root = render(
    <LanguageProvider>
      <SessionProvider area={options.area} requestHeaders={options.requestHeaders} onSignOut={forget}>
        <GraphProvider>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </GraphProvider>
      </SessionProvider>
    </LanguageProvider>,
  );
  leaveNothingForBack(root);
  setTimeout(() => void loadViews(options.views), restOfPageMs);
}

/**
 * A browser may keep a page that was left, and show it again with Back, even after the person has signed out. So the kept
 * page is emptied, and loads again when it is shown.
 */
function leaveNothingForBack(root: Root): void {
  window.addEventListener('pagehide', () => root.unmount());
  window.addEventListener('pageshow', ({ persisted }) => persisted && window.location.reload());
}

function Frame({ texts, app, signedOut = <SignedOut /> }: PageOptions): ReactNode {
  const { skip } = useTexts(uiTexts);
  const { title } = useTexts(texts);
  return (
    <div className="frame">
      <a className="skip" href="#content">
        {skip}
      </a>
      <Header title={title} />
      <LiveNotice />
      <LiveRegion>
        <Inside app={app} signedOut={signedOut} />
      </LiveRegion>
    </div>
  );
}

function Inside({ app, signedOut }: { readonly app: ReactNode; readonly signedOut: ReactNode }): ReactNode {
  const texts = useTexts(uiTexts);
  const { session, reload } = useSessionControl();
  switch (session.state) {
    case 'loading':
      return <Loading />;
    case 'failed':
      return (
        <Page title={texts.failed}>
          <Notice tone="bad">
            <p>{texts.failedText}</p>
            <Button onClick={() => void reload()}>{texts.tryAgain}</Button>
          </Notice>
        </Page>
      );
    case 'signedOut':
      return signedOut;
    case 'signedIn':
      return app;
  }
}
