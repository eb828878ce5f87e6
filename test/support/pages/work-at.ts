import type { Page } from 'playwright-core';

/** A page without scripts. It has an icon, because the browser would ask the server for one, and complain. */
const blank = '<!doctype html><title>blank</title><link rel="icon" href="data:,">';

/**
 * Chooses the branch where a member of staff works, so that their page does not ask for it. Null stands for no branch.
 * The page is blank afterwards.
 */
export async function workAt(page: Page, url: string, branch: string | null): Promise<void> {
  const address = `${url}/blank`;
  await page.route(address, (route) => route.fulfill({ contentType: 'text/html', body: blank }));
  await page.goto(address);
  await page.unroute(address);
  await page.evaluate((choice) => localStorage.setItem('staff-branch', choice), branch ?? 'not at a branch');
}
