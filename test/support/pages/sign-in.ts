import type { Page } from 'playwright-core';

/**
 * Signs in on the library's sign-in page, which the browser shows. `number` is a library card number or the name of a
 * member of staff.
 */
export async function signIn(page: Page, number: string, secret: string): Promise<void> {
  await page.locator('[name=number]').fill(number);
  await page.locator('[name=pin]').fill(secret);
  await page.locator('[name=pin]').press('Enter');
}
