import type { Page } from 'playwright-core';

/**
 * Holds back the page's requests to the graph whose body contains all of `texts`. Without `texts` it holds back every
 * request. The returned function lets the requests continue.
 */
export async function holdRequests(page: Page, ...texts: readonly string[]): Promise<() => void> {
  const held = Promise.withResolvers<void>();
  await page.route('**/graphql', async (route) => {
    const body = route.request().postData() ?? '';
    if (texts.every((text) => body.includes(text))) {
      await held.promise;
    }
    await route.continue();
  });
  return held.resolve;
}

/**
 * Holds back the page's streams of changes. A stream that is opened after the session's end would end the page's session,
 * too, at a time that no test knows.
 */
export async function holdLive(page: Page): Promise<void> {
  await page.route('**/live', () => undefined);
}
