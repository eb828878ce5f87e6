/** Where returned copies must go, as the desk says and prints it, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { formatDay } from '../../../../apps/ui/src/language/format.ts';
import type { Faults } from '../../../../simulators/faults/faults.ts';
import type { Store } from '../../../../simulators/tables/store.ts';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { lastShelfDay } from '../../../support/set-up/store-for-tests.ts';
import { sharedPages } from '../../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from '../staff-pages.ts';
import { rowOf, rowsOf, scan } from './desk-view.ts';

const missing = chromiumMissing('Returns at a desk are not tested in a browser');

/** Copies of Moby-Dick, which belong to Hong Kong Central. A reader waits for one, to collect it at Sha Tin. */
const mobyDick = ['31852000000080', '31852000000205'] as const;

const middlemarch = '31852000000122';
const frankenstein = '31852000000114';

/** Lets a reader wait for a copy of Middlemarch, to collect it at Hong Kong Central. */
function reserveMiddlemarch({ circ: { holds } }: Store): void {
  const [hold] = holds.values();
  if (hold !== undefined) {
    const middlemarchHold = { bibNo: 'B0000012', cardNo: '21852000000058', pickupBranch: 'HKCL' };
    holds.put({ ...hold, ...middlemarchHold, holdNo: 'H0000003', state: 'Q', queuePos: 1 });
  }
}

const ownBranch = (page: Page) => page.getByRole('combobox', { name: 'You work at' });

/** The widths of a receipt printer's paper in pixels: 58 and 80 mm. */
const paperWidths = [219, 302];

/** Takes a copy back while its title can't be read, and asks again when it can. */
async function returnWithUnreadTitle(page: Page, faults: Faults): Promise<void> {
  const row = rowOf(page, frankenstein);
  await page.keyboard.press('F4');
  await page.locator('input.scan').focus();
  faults.set([{ kind: 'busy', operations: ['GetItems'] }]);
  try {
    await scan(page, [frankenstein]);
    await row.getByText('Where it goes could not be read.').waitFor({ timeout });
  } finally {
    faults.clear();
  }
  await row.getByRole('button', { name: /^Refresh/ }).click();
  await row.getByText('North Point Public Library').waitFor({ timeout });
}

describe.skipIf(missing)('a returned copy', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true, change: reserveMiddlemarch }));

  test('which a reader waits for goes to the branch where it is collected, and not to its own', async () => {
    const { page, complaints } = await pages().open('/desk');
    await ownBranch(page).selectOption('HKCL');
    await page.keyboard.press('F4');
    await page.locator('input.scan').focus();
    await scan(page, [mobyDick[0]]);
    await rowsOf(page, 'Taken back').waitFor();
    const row = rowOf(page, mobyDick[0]);
    expect(await row.textContent()).toContain('Send to Sha Tin Central Library, for its hold shelf');
    // Nobody waits for the second copy, which belongs here.
    await scan(page, [mobyDick[1]]);
    await expect.poll(() => rowsOf(page, 'Taken back').count(), { timeout }).toBe(2);
    expect(await rowOf(page, mobyDick[1]).textContent()).toContain('To the shelf');
    await row.getByRole('button', { name: 'Slip for Moby-Dick' }).click();
    const slip = page.locator('.slip');
    expect(await slip.textContent()).toBe(
      `Lion Rock Public LibrarySend to Sha Tin Central Library, for its hold shelf, until ${formatDay(lastShelfDay(), 'en')}${mobyDick[0]}Moby-Dick`,
    );
    expect(await violationsOf(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    for (const width of paperWidths) {
      await page.setViewportSize({ width, height: 600 });
      expect(await sidewaysOf(page)).toBe(0);
      expect(await page.getByText('Nothing scanned yet.').isVisible()).toBe(false);
      expect(await page.locator('input.scan').isVisible()).toBe(false);
      const height = await page.evaluate(() => document.documentElement.getBoundingClientRect().height);
      expect(height).toBeLessThan(400);
    }
    // The next test uses the same tab.
    await page.emulateMedia({ media: null });
    expect(complaints).toEqual([]);
  });

  test('stays for its reader at the branch where it is collected, until a day', async () => {
    const { page } = await pages().open('/desk');
    await ownBranch(page).selectOption('HKCL');
    await page.keyboard.press('F4');
    await page.locator('input.scan').focus();
    await scan(page, [middlemarch]);
    await rowsOf(page, 'Taken back').waitFor();
    expect(await rowOf(page, middlemarch).textContent()).toContain(
      `Keep here for WONG K.Y., until ${formatDay(lastShelfDay(), 'en')}`,
    );
  });

  test('is not put away before its destination could be read', async () => {
    const { page } = await pages().open('/desk');
    await returnWithUnreadTitle(page, pages().system.legacy.circ.faults);
  });

  test('the branch where somebody works begins every list, until they sign out', async () => {
    const { page } = await pages().open('/overdue');
    await ownBranch(page).selectOption('STCL');
    await expect.poll(() => page.getByLabel('Branch').inputValue(), { timeout }).toBe('STCL');
    await page.getByLabel('Branch').selectOption('All branches');
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
    await page.reload();
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Hold shelf' }).click();
    await expect.poll(() => page.getByLabel('Branch').inputValue(), { timeout }).toBe('STCL');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/staff/hold-shelf'));
    await page.goto(`${pages().system.url}/staff/`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    expect(await page.evaluate(() => localStorage.getItem('staff-branch'))).toBeNull();
  });
});
