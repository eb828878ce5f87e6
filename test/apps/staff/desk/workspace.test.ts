/** The desk as a counter's one screen, in Chromium: the reader, the keys, and what follows from the log of changes. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../../simulators/tables/store.ts';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { sharedPages } from '../../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from '../staff-pages.ts';
import { itemsOnShelf, loansOf, rowOf, rowsOf, scan, shownReader } from './desk-view.ts';

const missing = chromiumMissing('The counter’s screen is not tested in a browser');

/** A reader with ten loans, a long name and debts. One of the debts, HK$12.00 for printing, only the payment system has. */
const readerAtLimit = '21852000000017';
const lateSince = '20200113';
const longName = {
  engName: 'MONTGOMERY-FITZWILLIAM OF THE WESTERN TERRITORIES, ALEXANDRA WILHELMINA KA YAN',
  chiName: '歐陽司徒諸葛慕容嘉欣',
};

/** Makes one of the reader’s loans late by years, for any clock, gives the reader a long name, and two charges. */
function readerWithEverything({ prs, cms, circ }: Store): void {
  const patronNo = cms.cards.get(readerAtLimit)?.patronNo ?? '';
  const patron = prs.patrons.get(patronNo);
  const [loan] = circ.loans.by('cardNo', readerAtLimit);
  const [charge] = circ.charges.values();
  if (patron === undefined || loan === undefined || charge === undefined) {
    throw new Error('the seed has no such reader');
  }
  prs.patrons.put({ ...patron, ...longName });
  circ.loans.put({ ...loan, dueOn: lateSince });
  for (const [chargeNo, cents, raisedOn] of [
    ['F0000801', 1250, '20261103'],
    ['F0000802', 4000, '20261120'],
  ] as const) {
    circ.charges.put({ ...charge, chargeNo, cardNo: readerAtLimit, cents, raisedOn });
  }
}

describe.skipIf(missing)('the counter’s screen', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true, change: readerWithEverything }));

  const fact = (page: Page, name: string) =>
    shownReader(page).locator('.reader-facts > div', { hasText: name });

  /** How far the page itself can be scrolled down, in pixels. */
  const downOf = (page: Page) =>
    page.evaluate(() => document.documentElement.scrollHeight - document.documentElement.clientHeight);

  test('shows who stands here, what is owed since when, what is overdue and out, without scrolling', async () => {
    const { page, complaints } = await pages().open('/desk', { width: 1366 });
    await page.setViewportSize({ width: 1366, height: 768 });
    await scan(page, [readerAtLimit, ...itemsOnShelf(pages().system).slice(0, 12)]);
    await shownReader(page).getByText(longName.engName).waitFor();
    await expect.poll(() => rowsOf(page, 'Refused').count(), { timeout }).toBe(12);
    expect(await fact(page, 'Owed').textContent()).toBe('OwedHK$64.50since 3\u00a0Nov\u00a02026');
    expect(await fact(page, 'Overdue').textContent()).toBe('Overdue1due 13\u00a0Jan\u00a02020');
    expect(await page.locator('.reader-loans li').count()).toBe(10);
    expect(await downOf(page)).toBe(0);
    expect(await sidewaysOf(page)).toBe(0);
    expect(await page.locator('input.scan').isVisible()).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    // 200 % zoom of the same window.
    await page.setViewportSize({ width: 683, height: 384 });
    expect(await sidewaysOf(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a return says whose it was, how late, and what is owed for it; the reader’s loans lose it', async () => {
    const { page } = await pages().open('/desk');
    const { store } = pages().system;
    const late = loansOf(pages().system, readerAtLimit).find(({ dueOn }) => dueOn === lateSince);
    const itemNo = late?.itemNo ?? expect.fail('no loan');
    const [charge] = store.circ.charges.by('cardNo', readerAtLimit);
    if (charge !== undefined) {
      store.circ.charges.put({ ...charge, chargeNo: 'F0000803', loanNo: late?.loanNo ?? '', cents: 1800 });
    }
    await scan(page, [readerAtLimit]);
    await expect.poll(() => page.locator('.reader-loans li').count(), { timeout }).toBe(10);
    await page.keyboard.press('F4');
    await scan(page, [itemNo]);
    await rowsOf(page, 'Taken back').waitFor();
    const said = await rowOf(page, itemNo).locator('.line', { hasText: 'Was with' }).textContent();
    expect(said).toContain(longName.engName);
    expect(said).toMatch(/\d+ days late · HK\$18\.00 owed for it/);
    await expect.poll(() => page.locator('.reader-loans li').count(), { timeout }).toBe(9);
    await shownReader(page).getByText('9 of 10 places taken, 1 left').waitFor();
    expect(await fact(page, 'Overdue').textContent()).toBe('OverdueNone');
  });

  test('a copy that is lent joins the reader’s loans, with no further reading of the reader', async () => {
    const { page } = await pages().open('/desk');
    const [copy = ''] = itemsOnShelf(pages().system);
    let readings = 0;
    page.on('request', (request) => {
      readings += request.postData()?.includes('query DeskCard') === true ? 1 : 0;
    });
    await scan(page, ['21852000000256', copy]);
    await rowsOf(page, 'Lent').waitFor();
    await page.locator('.reader-loans li', { hasText: copy }).waitFor();
    expect(readings).toBe(1);
  });

  test('what another desk lends to the same reader is shown by itself', async () => {
    const { page } = await pages().open('/desk');
    const { page: other } = await pages().open('/desk', { user: 'lee' });
    const copy = itemsOnShelf(pages().system).at(-1) ?? '';
    for (const desk of [page, other]) {
      await scan(desk, ['21852000000249']);
      await shownReader(desk).locator('.places').waitFor();
    }
    await scan(other, [copy]);
    await rowsOf(other, 'Lent').waitFor();
    await page.bringToFront();
    await page.locator('.reader-loans li', { hasText: copy }).waitFor({ timeout });
  });

  test('keys do everything: lend, take back, renew all, slip, whole picture, and show themselves', async () => {
    const { page, complaints } = await pages().open('/overdue');
    await page.keyboard.press('F4');
    await page.locator('input.scan').waitFor();
    await expect.poll(() => page.getByRole('radio', { name: /^Take back/ }).isChecked()).toBe(true);
    expect(new URL(page.url()).search).toBe('?mode=checkIn');
    // Moby-Dick, which a reader waits for.
    await scan(page, ['31852000000080']);
    await rowsOf(page, 'Taken back').waitFor();
    await page.keyboard.press('F9');
    await page.locator('.slip').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('F2');
    await scan(page, [readerAtLimit]);
    await shownReader(page).locator('.places').waitFor();
    await page.keyboard.press('F8');
    await shownReader(page).locator('.outcome .notice').waitFor();
    await page.keyboard.press('F7');
    await page.getByLabel('Identity number').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    const sheet = page.getByRole('dialog', { name: 'Keys' });
    await sheet.getByText('Find a patron, a copy or an operation').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    const keys = await sheet.locator('kbd').allTextContents();
    expect(keys).toEqual(['/', 'F2', 'F4', '?', 'F7', 'F8', 'F9', 'F10', 'Esc']);
    await page.keyboard.press('Escape');
    expect(await shownReader(page).locator('.places').count()).toBe(1);
    await page.keyboard.press('F10');
    await page.waitForURL('**/patrons/*');
    expect(complaints).toEqual([]);
  });

  test('the find box of every page finds a card, a copy, a name, a telephone number and a code', async () => {
    const { page, complaints } = await pages().open('/losses');
    const { circ, cms } = pages().system.store;
    const [loan] = loansOf(pages().system, '21852000000058');
    const patronNo = cms.cards.get('21852000000058')?.patronNo ?? '';
    const openLosses = async () => {
      await page.goto(`${pages().system.url}/staff/losses`);
      // Before the find box is shown, nothing listens to its key.
      await page.locator('main h1').waitFor();
    };
    const find = async (text: string) => {
      await page.keyboard.press('/');
      await page.keyboard.type(`${text}\n`);
    };
    for (const text of ['21852000000058', 'wong ka yan', '20000003', patronNo]) {
      await find(text);
      await page.waitForURL(`**/patrons/${patronNo}`);
      await openLosses();
    }
    await find(loan?.itemNo ?? '');
    await page
      .locator('main')
      .getByText(circ.items.get(loan?.itemNo ?? '')?.title ?? '?')
      .waitFor();
    await page
      .locator('main')
      .getByRole('link', { name: /WONG, KA YAN/ })
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await openLosses();
    await find('7K2M9QXR');
    await page.waitForURL('**/operations?code=7K2M9QXR');
    expect(complaints).toEqual([]);
  });
});
