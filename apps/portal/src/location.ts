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

/** The path below the portal's area, such as `/sign-in`. Only the path of the area itself, `/`, ends with a slash. */
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

/** Goes to a path below the area. */
export function navigate(to: string): void {
  window.history.pushState(null, '', hrefOf(to));
  window.dispatchEvent(new Event(moved));
}

const isBelowArea = (pathname: string): boolean => pathname === area || pathname.startsWith(`${area}/`);

/**
 * Follows a link below the area without a page load. Must be called for each click within the page. The browser itself
 * follows links to anchors in the open view, and moves the focus to the anchor.
 */
export function followWithin(event: React.MouseEvent): void {
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (link !== null && isPlain(event) && !isForeign(link)) {
    event.preventDefault();
    navigate(`${link.pathname}${link.search}${link.hash}`.slice(area.length));
  }
}

/**
 * Whether the click used the main button, and was not handled elsewhere. A click with a key that opens another tab or
 * window is not plain.
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

/**
 * Whether the browser must follow the link itself. Such a link leads out of the area, or to an anchor in the open view,
 * or it has the attribute `target` or `data-elsewhere`. A link to a file on the server has `data-elsewhere`.
 */
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
