/**
 * The code of a link with which somebody pays for somebody else, as in `/my/pay#eyJ…`. No server gets the end of an address, and
 * a sign-in drops it, so the tab keeps the code until it is used.
 */
const storedAs = 'pay-code';
const path = '/my/pay';

/** The link for who pays. */
export const linkToPay = (code: string): string => `${window.location.origin}${path}#${code}`;

/** The code in a text that somebody typed or pasted: a code, or the whole link. */
export const codeIn = (text: string): string => text.slice(text.indexOf('#') + 1).replaceAll(/\s/g, '');

/** Takes the code out of the page's address, so that it stays neither there nor in the history. Call it before the page starts. */
export function keepGivenCode(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === path && hash.length > 1) {
    sessionStorage.setItem(storedAs, hash.slice(1));
    window.history.replaceState(null, '', `${pathname}${search}`);
  }
}

/** The code of the link that has led here; empty if there is none. */
export const givenCode = (): string => sessionStorage.getItem(storedAs) ?? '';

/** Forgets the code. Call it once it is used, and when somebody signs out. */
export const dropGivenCode = (): void => sessionStorage.removeItem(storedAs);
