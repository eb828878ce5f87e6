/** Helpers for the tests of a patron's page. */
import type { Locator, Page } from 'playwright-core';

export const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

export const openDialog = (page: Page): Locator => page.locator('dialog[open]');

export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);
