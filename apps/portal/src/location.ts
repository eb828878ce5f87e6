/** The portal's router, for paths below its address. It uses the browser's history. */
import { useSyncExternalStore } from 'react';

const area = '/docs';

const moved = 'page-moved';

const subscribe = (listener: () => void): (() => void) => {
  const events = ['popstate', 'hashchange', moved];
  for (const event of events) {
    window.addEventListener(event, listener);
  }
  return () => {
    for (const event of events) {
      window.removeEventListener(event, listener);
    }
  };
};

const useAddress = (): URL => new URL(useSyncExternalStore(subscribe, () => window.location.href));

/** The path below `/docs`, such as `/sign-in`. It has no slash at the end, except for the start page: `/`. */
export function usePath(): string {
  const { pathname } = useAddress();
  const path = isBelowArea(pathname) ? pathname.slice(area.length) : pathname;
  return path.replace(/\/+$/, '') || '/';
}

/** The fragment of the address, after `#`; empty if there is none. */
export const useAnchor = (): string => decoded(useAddress().hash.slice(1)) ?? '';

/** Decodes a part of an address. Null if it is malformed, such as `%E0%A4`, which anybody can type. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

const hrefOf = (to: string): string => `${area}${to}`;

/** Goes to a path below the portal's address. */
export function navigate(to: string): void {
  window.history.pushState(null, '', hrefOf(to));
  window.dispatchEvent(new Event(moved));
}

const isBelowArea = (pathname: string): boolean => pathname === area || pathname.startsWith(`${area}/`);

/**
 * Opens a link to another page of the portal without a page load. Must be called for each click in the page. Links to
 * anchors in the current page are left to the browser, which also moves the focus to the anchor.
 */
export function followWithin(event: React.MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link !== null && isPlain(event) && !isForeign(link)) {
    event.preventDefault();
    navigate(`${link.pathname}${link.search}${link.hash}`.slice(area.length));
  }
}

/**
 * Whether this is a plain click: with the main button, without modifier keys, and not handled elsewhere. With a
 * modifier key, the browser opens the link in another tab or window.
 */
const isPlain = ({
  button,
  defaultPrevented,
  metaKey,
  ctrlKey,
  shiftKey,
  altKey,
}: React.MouseEvent): boolean =>
  button === 0 && !defaultPrevented && !metaKey && !ctrlKey && !shiftKey && !altKey;

/** Whether the browser must follow the link itself. A link to a file on the server has `data-elsewhere`. */
function isForeign(link: HTMLAnchorElement): boolean {
  const { origin, pathname, search } = window.location;
  return (
    link.hasAttribute('target') ||
    link.hasAttribute('data-elsewhere') ||
    link.origin !== origin ||
    !isBelowArea(link.pathname) ||
    (link.hash !== '' && link.pathname === pathname && link.search === search)
  );
}
