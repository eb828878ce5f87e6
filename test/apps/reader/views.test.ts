/** Every view of `/my/`: checks by axe, narrow screens, the keyboard alone, and Chinese. */
import { describe, expect, test } from 'vitest';
import { bibNo, itemNo } from '../../../simulators/library/numbers.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sample } from '../../support/sample.ts';
import { holdRequests } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import { expectNoSidewaysScrolling, openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tested in a browser');
const signedInViews = [
  '/my/',
  '/my/catalogue',
  '/my/cards',
  '/my/charges',
  '/my/pay',
  '/my/contact',
  '/my/requests',
  '/my/access',
  '/my/apply',
];
const openViews = ['/my/', '/my/catalogue', '/my/apply', '/my/progress'];

describe.skipIf(missing)('the reader’s page', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  const axeLooks = (paths: readonly string[]) => {
    const views = paths.flatMap((path) => [1280, 360].map((width) => `${path} ${width}`));
    return sample(`views for axe, ${paths.at(-1)}`, views, { each: 1, kindsOf: (view) => view.split(' ') });
  };
  const signedInLooks = axeLooks(signedInViews);
  const openLooks = axeLooks(openViews);

  test.each([1280, 360])('no view has axe violations or scrolls sideways, %i pixels wide', async (width) => {
    const viewport = { width, height: 740 };
    const { page, complaints } = await pages().signIn(readers.overdue, '/my/', { viewport });
    for (const path of signedInViews) {
      await page.goto(`${pages().system.url}${path}`);
      await page.locator('main h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      if (signedInLooks.includes(`${path} ${width}`)) {
        expect(await violationsOf(page), path).toEqual([]);
      }
      await expectNoSidewaysScrolling(page, width);
    }
    expect(complaints).toEqual([]);
  });

  test.each([1280, 360])(
    'nor does a view without a session, with the catalogue’s hits, %i pixels wide',
    async (width) => {
      const viewport = { width, height: 740 };
      const { page, complaints } = await pages().open('/my/', { viewport });
      for (const path of openViews) {
        await page.goto(`${pages().system.url}${path}`);
        await page.locator('main h1').waitFor();
        if (path === '/my/catalogue') {
          await page.getByLabel('Title, or part of it').fill('of');
          await page.keyboard.press('Enter');
          await page.getByRole('article').first().waitFor();
        }
        if (openLooks.includes(`${path} ${width}`)) {
          expect(await violationsOf(page), path).toEqual([]);
        }
        await expectNoSidewaysScrolling(page, width);
      }
      expect(complaints).toEqual([]);
    },
  );

  test('by keyboard alone: a reader renews, finds a title, and reserves it', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    const tabTo = async (name: string) => {
      for (let presses = 0; presses < 60; presses += 1) {
        await page.keyboard.press('Tab');
        const focused = await page.evaluate(() => {
          const element = document.activeElement;
          const label = element instanceof HTMLInputElement ? element.labels?.[0]?.textContent : null;
          return element?.getAttribute('aria-label') ?? label ?? element?.textContent ?? '';
        });
        if (focused === name) {
          return;
        }
      }
      expect.fail(`the focus never comes to ${name}`);
    };
    await page.getByText('Hello, Siu Ming').waitFor();
    await tabTo('Renew Middlemarch');
    // A screen reader announces a text only if its region was there before the text.
    const region = page.locator('.item', { hasText: 'Middlemarch' }).locator('[role=status]');
    const empty = await region.elementHandle();
    expect(await empty?.textContent()).toBe('');
    await page.keyboard.press('Enter');
    await page.getByText(/^Middlemarch is renewed/).waitFor();
    expect(await empty?.textContent()).toMatch(/^Middlemarch is renewed/);
    await page.reload();
    await page.getByText('Hello, Siu Ming').waitFor();
    await tabTo('Catalogue');
    await page.keyboard.press('Enter');
    await tabTo('Title, or part of it');
    await page.keyboard.type('walden');
    const frame = await page.locator('.frame > [role=status]').elementHandle();
    await page.keyboard.press('Enter');
    await page.getByRole('article').waitFor();
    expect(await frame?.textContent()).toBe('1 title found');
    await tabTo('Reserve Walden');
    await page.keyboard.press('Enter');
    await page.getByLabel('Pick-up branch').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Reserve Walden',
    );
    await page.keyboard.press('Enter');
    await page.getByLabel('Pick-up branch').waitFor();
    await tabTo('Reserve');
    await page.keyboard.press('Enter');
    await page.getByText('Reserved. Pick-up').waitFor();
  });

  test('pages turn by keyboard; an impatient reader and a reader on the last page keep the focus', async () => {
    const { items } = pages().system.store.circ;
    const [copy = expect.fail('no copy')] = items.values();
    for (let position = 901; position <= 915; position += 1) {
      items.put({
        ...copy,
        itemNo: itemNo(position),
        bibNo: bibNo(position),
        title: `A long series ${position}`,
      });
    }
    const { page } = await pages().open('/my/catalogue');
    await page.getByLabel('Title, or part of it').fill('long series');
    await page.keyboard.press('Enter');
    const next = page.getByRole('button', { name: 'Next' });
    await next.waitFor();
    const release = await holdRequests(page);
    const firstTitle = await page.getByRole('article').first().textContent();
    await next.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    // The first page stays until the second arrives.
    await page.locator('.loaded[aria-busy=true]').waitFor();
    expect(await page.getByRole('article').first().textContent()).toBe(firstTitle);
    release();
    await page.locator('.loaded[aria-busy=false]').waitFor();
    await page.getByText(/^Page 2 ·/).waitFor();
    expect(await page.getByRole('article').first().textContent()).not.toBe(firstTitle);
    expect(await next.evaluate((button) => button === document.activeElement)).toBe(true);
  });

  test('the page is in Chinese by the browser’s language or the switch, and so are the graph’s messages', async () => {
    const { page } = await pages().signIn(readers.full, '/my/', { locale: 'zh-HK' });
    await page.getByRole('heading', { name: '我的借閱' }).waitFor();
    await page.getByText('所有證件合計已借 10 項，限額為 10 項。').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hant');
    for (const name of [
      '館藏目錄',
      '證件',
      '欠款及繳費',
      '聯絡資料',
      '我的辦理紀錄',
      '誰查閱過我的資料',
      '申請證件',
      '申請進度',
    ]) {
      await page.getByRole('link', { name, exact: true }).first().click();
      await page.locator('main h1').waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      const told = await page.locator('main :is(h1, h2, .notice, .missing, .empty)').allTextContents();
      expect(told.filter((text) => /[a-z]{3}/i.test(text))).toEqual([]);
    }
    pages().system.legacy.circ.faults.set([{ kind: 'busy' }]);
    await page.getByRole('link', { name: '借閱', exact: true }).click();
    await page.locator('.missing').first().waitFor();
    const told = await page.locator('main :is(.notice, .missing)').allTextContents();
    pages().system.legacy.circ.faults.clear();
    expect(told.filter((text) => /[a-z]{3}/i.test(text))).toEqual([]);
    await page.getByRole('link', { name: '申請進度', exact: true }).click();
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'My application' }).waitFor();
  });
});
