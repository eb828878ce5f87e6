import type { Browser, Page } from 'playwright-core';
import { signIn } from './sign-in.ts';

const timeoutMs = 60_000;

/**
 * Signs in a member of the demonstration's staff. Resolves to the browser's storage state with the cookies. `scope`
 * limits the requested scopes, separated by spaces. By default, all scopes are requested.
 */
export async function signInAsStaff(browser: Browser, url: string, user: string, scope?: string) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    if (scope !== undefined) {
      await narrow(page, url, scope);
    }
    await page.goto(`${url}/staff/sign-in`);
    await signIn(page, user, 'demonstration');
    await page.waitForURL(`${url}/staff/**`, { timeout: timeoutMs });
    return await context.storageState();
  } finally {
    await context.close();
  }
}

/** Changes the scopes in the redirect with which the staff page sends the browser to the provider. */
async function narrow(page: Page, url: string, scope: string): Promise<void> {
  await page.route(`${url}/staff/sign-in`, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const location = new URL(response.headers().location ?? '');
    location.searchParams.set('scope', `openid ${scope}`);
    await route.fulfill({ response, headers: { ...response.headers(), location: location.href } });
  });
}
