import type { Page } from 'playwright-core';

/** Signs in at the library's page, to which the browser has been sent. `number`: of a card, or the name of a member of staff. */
export async function signIn(page: Page, number: string, secret: string): Promise<void> {
  await page.locator('[name=number]').fill(number);
  await page.locator('[name=pin]').fill(secret);
  await page.locator('[name=pin]').press('Enter');
}
