import type { Browser, Page } from 'playwright-core';
import { signIn } from './sign-in.ts';

const timeoutMs = 60_000;

/**
 * Signs a member of the demonstration's staff in. Resolves to the cookies, for contexts of the browser. `scope`: what is asked for in
 * place of every scope, with spaces between.
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

/** The page of staff sends the browser to the provider with what it asks for: changes the scopes in that address. */
async function narrow(page: Page, url: string, scope: string): Promise<void> {
  await page.route(`${url}/staff/sign-in`, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const location = new URL(response.headers().location ?? '');
    location.searchParams.set('scope', `openid ${scope}`);
    await route.fulfill({ response, headers: { ...response.headers(), location: location.href } });
  });
}
