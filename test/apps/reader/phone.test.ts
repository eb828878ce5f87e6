/** The reader's page on a phone: its four tabs, and the library card that is kept for a place without a network. */
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import {
  expectNoSidewaysScrolling,
  openReaderPages,
  patienceMs,
  type ReaderPages,
  readers,
} from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tried on a phone');
const width = 360;
const phone: BrowserContextOptions = { viewport: { width, height: 740 }, isMobile: true, hasTouch: true };

describe.skipIf(missing)('on a phone', { timeout: 2 * patienceMs }, () => {
  let pages: ReaderPages;
  beforeAll(async () => {
    pages = await openReaderPages();
  }, 240_000);
  afterAll(() => pages?.[Symbol.asyncDispose]());
  afterEach(() => pages.takeBack());

  const bar = (page: Page) => page.getByRole('navigation', { name: 'Main views' });

  test('four tabs are at the bottom, and lead to all views', async () => {
    const { page } = await pages.signIn(readers.ready, '/my/', phone);
    expect(await bar(page).getByRole('link').allTextContents()).toEqual([
      'Loans',
      'Catalogue',
      'Cards',
      'More',
    ]);
    const box = await bar(page).boundingBox();
    expect(Math.round((box?.y ?? 0) + (box?.height ?? 0))).toBe(740);
    await bar(page).getByRole('link', { name: 'More' }).click();
    await page.getByRole('link', { name: 'Who looked at my record' }).click();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await bar(page).locator('[aria-current]').allTextContents()).toEqual(['More']);
    await expectNoSidewaysScrolling(page, width);
    // A view that is reached from another view belongs to the same tab.
    await bar(page).getByRole('link', { name: 'More' }).click();
    await page.getByRole('link', { name: 'What you owe' }).click();
    await page.getByRole('link', { name: 'Pay for somebody else' }).click();
    await page.getByRole('heading', { level: 1, name: 'Pay for somebody else' }).waitFor();
    expect(await bar(page).locator('[aria-current]').allTextContents()).toEqual(['More']);
  });

  test('what waits is said first, then what is due', async () => {
    const { page } = await pages.signIn(readers.ready, '/my/', phone);
    const waits = page.locator('.notice', { hasText: '1 reservation is ready to collect' });
    await waits.waitFor();
    const [atTop, loans] = await Promise.all([
      waits.boundingBox(),
      page.getByRole('region', { name: 'Loans' }).boundingBox(),
    ]);
    expect(atTop?.y).toBeLessThan(loans?.y ?? 0);
  });

  test('a kept library card is shown without a network, and is gone after signing out', async () => {
    const { page, complaints } = await pages.signIn(readers.siuMing, '/my/cards', phone);
    await page.getByRole('img', { name: `Barcode of card ${readers.siuMing}` }).waitFor();
    expect(await page.locator('.barcode').count()).toBe(1);
    await page.getByLabel('Show this card offline').check();
    await page.waitForFunction(
      async () => (await navigator.serviceWorker.ready).active?.state === 'activated',
    );
    expect(complaints).toEqual([]);

    await page.context().setOffline(true);
    await page.goto(`${pages.system.url}/my/`);
    expect(await page.locator('h1').textContent()).toBe('Lion Rock Public Library');
    await page.getByText(readers.siuMing).waitFor();
    expect(await page.locator('svg path').getAttribute('d')).toMatch(/^M10 2h1v36/);
    const text = await page.locator('body').textContent();
    expect(text).not.toContain('Siu Ming');

    await page.context().setOffline(false);
    await page.goto(`${pages.system.url}/my/cards`);
    await expect.poll(() => page.getByLabel('Show this card offline').isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/my/cards'));
    await page.goto(`${pages.system.url}/my/`);
    await expect.poll(() => page.evaluate(() => caches.keys())).toEqual([]);
    await page.context().setOffline(true);
    await expect(page.goto(`${pages.system.url}/my/`)).rejects.toThrow('ERR_INTERNET_DISCONNECTED');
  });

  test('a smart identity card has no barcode, because it must be shown itself', async () => {
    const { page } = await pages.signIn(readers.siuMing, '/my/cards', phone);
    const smart = page.getByRole('region', { name: 'Smart identity card' });
    await smart.waitFor();
    expect(await smart.locator('.barcode').count()).toBe(0);
  });

  test('the page can be installed, with the library’s name and mark', async () => {
    const { page } = await pages.open('/my/catalogue', phone);
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]');
      return await (await fetch(link?.href ?? '')).json();
    });
    expect(manifest).toMatchObject({
      name: 'Lion Rock Public Library',
      start_url: '/my/',
      display: 'standalone',
      icons: [{ src: '/theme/mark', type: 'image/svg+xml' }],
    });
  });
});
