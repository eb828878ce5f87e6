import type { Browser, Page } from 'playwright-core';
import { signIn } from './sign-in.ts';
import { workAt } from './work-at.ts';

const timeoutMs = 60_000;

interface SignInOptions {
  /** The requested scopes, separated by spaces. The default is all scopes. */
  readonly scope?: string | undefined;
  /** The branch to work at, or null for none. If it is left out, the page asks for it. */
  readonly branch?: string | null;
}

/** Signs in a member of the demonstration's staff. Resolves to the browser's storage state with the cookies. */
export async function signInAsStaff(
  browser: Browser,
  url: string,
  user: string,
  { scope, branch }: SignInOptions = {},
) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    if (scope !== undefined) {
      await narrow(page, url, scope);
    }
    await page.goto(`${url}/staff/sign-in`);
    await signIn(page, user, 'demonstration');
    await page.waitForURL(`${url}/staff/**`, { timeout: timeoutMs });
    if (branch !== undefined) {
      await workAt(page, url, branch);
    }
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
