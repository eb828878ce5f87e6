import { useSyncExternalStore } from 'react';

/** What the address says, without `/docs`. */
export interface Place {
  /** `/front-ends`, or `/schema/reader`. */
  readonly path: string;
  /** Without `#`; empty where there is none. */
  readonly anchor: string;
}

const changed = 'portal-moved';

const subscribe = (listener: () => void): (() => void) => {
  const events = ['popstate', 'hashchange', changed];
  for (const event of events) {
    window.addEventListener(event, listener);
  }
  return () => {
    for (const event of events) {
      window.removeEventListener(event, listener);
    }
  };
};

export function usePlace(): Place {
  const href = useSyncExternalStore(subscribe, () => window.location.href);
  const { pathname, hash } = new URL(href);
  return {
    path: pathname.replace(/^\/docs\/?/, '/').replace(/\/$/, '') || '/',
    anchor: decodeURIComponent(hash.slice(1)),
  };
}

/** Follows a link within the portal without loading the page anew. To be called for each click. */
export function followWithin(event: MouseEvent | React.MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (
    link === null ||
    !isPlain ||
    link.origin !== window.location.origin ||
    !link.pathname.startsWith('/docs')
  ) {
    return;
  }
  event.preventDefault();
  goTo(link.href);
}

export function goTo(href: string): void {
  window.history.pushState(null, '', href);
  window.dispatchEvent(new Event(changed));
}
