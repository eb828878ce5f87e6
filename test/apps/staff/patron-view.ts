/** Helpers for the tests of the staff’s pages: a patron, dialogs, and the focus. */
import type { Locator, Page } from 'playwright-core';

export const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

export const openDialog = (page: Page): Locator => page.locator('dialog[open]');

export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);

/** Presses Tab until the element has the focus. */
export async function tabTo(element: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await isFocused(element)) {
      return;
    }
    await element.page().keyboard.press('Tab');
  }
  throw new Error('the focus never comes to the element');
}
