import type { PlainBrowser } from './browser.ts';
import type { Begun, RelyingParty, Tokens } from './relying-party.ts';

export const pin = '1234';

/**
 * Signs in on the page, and consents if asked. A browser with a session needs no PIN. Resolves to the URL to which the
 * browser is redirected.
 */
export async function signInAs(number: string, { url }: Begun, browser: PlainBrowser): Promise<string> {
  const page = await browser.open(url.href);
  const next = page.text.includes('name="pin"') ? await browser.send(page, { number, pin }) : page;
  const last = next.text.includes('/consent"') ? await browser.send(next, { answer: 'allow' }) : next;
  return last.url;
}

/** Begins an authorization request and signs in. Resolves to the tokens. */
export async function tokensOf(
  party: RelyingParty,
  number: string,
  browser: PlainBrowser,
  more: Readonly<Record<string, string>> = {},
): Promise<Tokens> {
  const begun = await party.begin(more);
  return await party.finish(begun, await signInAs(number, begun, browser));
}
