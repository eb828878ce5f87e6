/** A patron's page, as tests use it. */
import type { Locator, Page } from 'playwright-core';

/** A section of the page, by its heading. */
export const section = (page: Page, name: string): Locator => page.getByRole('region', { name, exact: true });

export const openDialog = (page: Page): Locator => page.locator('dialog[open]');

export const isFocused = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === document.activeElement);
