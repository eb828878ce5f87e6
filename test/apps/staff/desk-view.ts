/** The desk, as tests use it. */
import type { Locator, Page } from 'playwright-core';
import type { RunningSystem } from '../../system/running-system.ts';

/** Types as a scanner does: every key at once, and Enter after each number. */
export async function scan(page: Page, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    await page.keyboard.type(`${line}\n`);
  }
}

/** Rows with that badge. */
export const rowsOf = (page: Page, outcome: string): Locator =>
  page.locator('tbody tr', { has: page.locator('.badge', { hasText: new RegExp(`^${outcome}$`) }) });

export const rowOf = (page: Page, itemNumber: string): Locator =>
  page.locator('tbody tr', { hasText: itemNumber });

const reader = { en: 'Reader', 'zh-Hant': '讀者' } as const;

export const shownReader = (page: Page, language: keyof typeof reader = 'en'): Locator =>
  page.getByRole('region', { name: reader[language], exact: true });

/** Copies that can be lent to anybody. */
export const itemsOnShelf = ({ store }: RunningSystem): readonly string[] => {
  const reserved = new Set([...store.circ.holds.values()].map(({ bibNo }) => bibNo));
  return [...store.circ.items.values()]
    .filter(({ state, material, bibNo }) => state === 'A' && material !== 'RF' && !reserved.has(bibNo))
    .map(({ itemNo }) => itemNo);
};

/** The copies on loan on a card, in the order of lending. */
export const loansOf = ({ store }: RunningSystem, cardNumber: string) =>
  [...store.circ.loans.values()].filter(({ cardNo }) => cardNo === cardNumber);
