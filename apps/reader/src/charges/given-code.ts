/**
 * The code in a link such as `/my/pay#eyJ…`, with which a reader pays for another person. Browsers don't send the part
 * after `#` to servers, so a sign-in would lose the code. The tab stores the code until it is used.
 */
const storedAs = 'pay-code';
const path = '/my/pay';

export const linkToPay = (code: string): string => `${window.location.origin}${path}#${code}`;

/** The code in a text that was typed or pasted. The text is a code or a whole link. */
export const codeIn = (text: string): string => text.slice(text.indexOf('#') + 1).replaceAll(/\s/g, '');

/**
 * Moves the code from the page's address into the tab's storage. Then neither the address nor the browser's history
 * contains the code. Must be called before the page starts.
 */
export function keepGivenCode(): void {
  const { pathname, search, hash } = window.location;
  if (pathname === path && hash.length > 1) {
    sessionStorage.setItem(storedAs, hash.slice(1));
    window.history.replaceState(null, '', `${pathname}${search}`);
  }
}

/** The stored code; empty if there is none. */
export const givenCode = (): string => sessionStorage.getItem(storedAs) ?? '';

/** Removes the stored code. Must be called when the code is used, and when somebody signs out. */
export const dropGivenCode = (): void => sessionStorage.removeItem(storedAs);
