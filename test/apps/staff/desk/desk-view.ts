/** Helpers for the tests of the desk. */
import type { Locator, Page } from 'playwright-core';
import type { RunningSystem } from '../../../system/running-system.ts';

/** Types as a scanner does: each number without pauses, and then Enter. */
export async function scan(page: Page, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    await page.keyboard.type(`${line}\n`);
  }
}

export const rowsOf = (page: Page, outcome: string): Locator =>
  page.locator('tbody tr', { has: page.locator('.badge', { hasText: new RegExp(`^${outcome}$`) }) });

export const rowOf = (page: Page, itemNumber: string): Locator =>
  page.locator('tbody tr', { hasText: itemNumber });

const reader = { en: 'Patron', 'zh-Hant': '讀者' } as const;

export const shownReader = (page: Page, language: keyof typeof reader = 'en'): Locator =>
  page.getByRole('region', { name: reader[language], exact: true });

/** The copies that any reader may borrow: on the shelf, not reserved, and not for reference only. */
export const itemsOnShelf = ({ store }: RunningSystem): readonly string[] => {
  const reserved = new Set([...store.circ.holds.values()].map(({ bibNo }) => bibNo));
  return [...store.circ.items.values()]
    .filter(({ state, material, bibNo }) => state === 'A' && material !== 'RF' && !reserved.has(bibNo))
    .map(({ itemNo }) => itemNo);
};

/** The loans on a card, in the order of lending. */
export const loansOf = ({ store }: RunningSystem, cardNumber: string) =>
  [...store.circ.loans.values()].filter(({ cardNo }) => cardNo === cardNumber);
