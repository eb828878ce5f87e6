import type { Page } from 'playwright-core';

/**
 * Holds the page's requests to the graph whose body contains all of these texts; without texts, all its requests. The returned
 * function lets them go on.
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
