/**
 * The desk in both languages, on narrow screens, by keyboard alone, with a copy held on an ended card, and without a
 * session.
 */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { sample } from '../../../support/sample.ts';
import { holdLive, holdRequests } from '../../hold-requests.ts';
import { sharedPages } from '../../shared-pages.ts';
import { tabTo } from '../patron-view.ts';
import { sidewaysOf, startStaffPages, timeout } from '../staff-pages.ts';
import { itemsOnShelf, loansOf, rowOf, rowsOf, scan, shownReader } from './desk-view.ts';

const missing = chromiumMissing('The desk’s states are not tested in a browser');

describe.skipIf(missing)('the desk’s states', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  const views = [
    ['en', 360, 'Lent', 'Refused'],
    ['zh-Hant', 1280, '已借出', '不獲辦理'],
    ['zh-Hant', 360, '已借出', '不獲辦理'],
  ] as const;
  test.each(sample('views of the desk', views, { each: 1, kindsOf: (view) => view.map(String) }))(
    'axe finds no violation, in %s and %i pixels wide, and the page does not scroll sideways',
    async (language, width, lent, refused) => {
      const { page, complaints } = await pages().open('/desk', { language, width });
      expect(await violationsOf(page)).toEqual([]);
      const [copy = ''] = itemsOnShelf(pages().system);
      await scan(page, ['21852000000256', copy, '31852000000718', '123']);
      await rowsOf(page, lent).waitFor();
      await expect.poll(() => rowsOf(page, refused).count(), { timeout }).toBe(2);
      await shownReader(page, language).locator('.places').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await sidewaysOf(page)).toBe(0);
      if (language === 'zh-Hant') {
        const words = await page
          .locator(
            'main :is(h1, h2, th[scope=col], button, label, legend, .badge, .hint, .missing, .notice :is(li, p))',
          )
          .evaluateAll((elements) => elements.map(({ textContent }) => textContent ?? ''));
        expect(words.filter((text) => /[A-Za-z]{4,}/.test(text))).toEqual([]);
      }
      expect(complaints).toEqual([]);
    },
  );

  test('a mode, a row’s button, the other card and the end of the session work by keyboard alone', async () => {
    const { page } = await pages().open('/desk');
    const [copy = ''] = itemsOnShelf(pages().system);
    pages().system.legacy.circ.faults.set([{ kind: 'busy', operations: ['CheckOut'], times: 1 }]);
    await scan(page, ['21852000000256', copy]);
    const again = page.getByRole('button', { name: `Try again: ${copy}` });
    await again.waitFor();
    await tabTo(again);
    await page.keyboard.press('Enter');
    await rowsOf(page, 'Lent').waitFor();
    await page.keyboard.press('F4');
    await scan(page, [copy]);
    await rowsOf(page, 'Taken back').waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('No card is shown.').waitFor();
  });

  /** Makes a copy wait for a reader on an ended card. Returns the copy's number. */
  function holdCopy(holdNo: string): string {
    const { circ } = pages().system.store;
    const itemNo = itemsOnShelf(pages().system).at(-1) ?? '';
    const item = circ.items.get(itemNo) ?? expect.fail('no copy');
    circ.items.put({ ...item, state: 'H' });
    circ.holds.put({
      holdNo,
      cardNo: '21852000000132',
      bibNo: item.bibNo,
      pickupBranch: 'HKCL',
      state: 'R',
      ref: '',
      queuePos: 0,
      placedAt: '20261110120000',
      readyUntil: '20261202',
      itemNo,
    });
    return itemNo;
  }

  test('R25: a copy that waits on an ended card is lent on that card, with one key from its row', async () => {
    const itemNo = holdCopy('H0000077');
    const { page } = await pages().open('/desk');
    // The keyboard is enough: typed text goes to the dialog's first field, and Enter there presses no other button.
    await page.getByRole('button', { name: 'Smart identity card…' }).press('Enter');
    await page.keyboard.type('P500005(3)');
    expect(await page.getByLabel('Identity number').inputValue()).toBe('P500005(3)');
    await page.getByLabel('Date of issue').fill('2022-01-03');
    await page.keyboard.press('Enter');
    await shownReader(page)
      .getByText(/^Ready to collect: Walden/)
      .waitFor();
    await scan(page, [itemNo]);
    await page.getByRole('button', { name: `Lend on the ended card: ${itemNo}` }).click();
    await rowsOf(page, 'Lent').waitFor();
    expect(loansOf(pages().system, '21852000000132').map((loan) => loan.itemNo)).toContain(itemNo);
  });

  test('R25: a scanner fills in the dialog that lends a patron’s waiting copy', async () => {
    const itemNo = holdCopy('H0000078');
    const { cms } = pages().system.store;
    const { page } = await pages().open(`/patrons/${cms.cards.get('21852000000132')?.patronNo}`);
    await page.getByRole('button', { name: /^Lend.*: Walden/ }).press('Enter');
    await scan(page, [itemNo]);
    await page.getByRole('dialog').getByText(/^Lent/).waitFor();
    // The focused field and its button are gone, so the focus moves to the outcome.
    const focused = await page.evaluate(() => document.activeElement?.className);
    expect(focused).toBe('outcome');
    expect(loansOf(pages().system, '21852000000132').map((loan) => loan.itemNo)).toContain(itemNo);
  });

  test('while staff look at a patron, requests under way go on, and are shown when they come back', async () => {
    const { page } = await pages().open('/desk');
    const copies = itemsOnShelf(pages().system).slice(0, 3);
    pages().system.legacy.circ.faults.set([{ kind: 'delay', delayMs: 1_000, operations: ['CheckOut'] }]);
    await scan(page, ['21852000000256']);
    const picture = page.getByRole('link', { name: 'Patron’s page' });
    await picture.waitFor();
    await scan(page, copies);
    await picture.click();
    await page.locator('h1', { hasText: 'Patron P0000018' }).waitFor();
    await page.getByRole('link', { name: 'Desk', exact: true }).click();
    await expect.poll(() => rowsOf(page, 'Lent').count(), { timeout }).toBe(3);
    pages().system.legacy.circ.faults.clear();
  });

  test('after the session ends nothing is sent, the page asks to sign in, and no copy is lost', async () => {
    const { page } = await pages().open('/desk', { user: 'lee' });
    await holdLive(page);
    await scan(page, ['21852000000256']);
    await shownReader(page).locator('.places').waitFor();
    await page.context().clearCookies();
    const copies = itemsOnShelf(pages().system).slice(0, 3);
    const answer = await holdRequests(page);
    await scan(page, copies);
    answer();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    const lent = loansOf(pages().system, '21852000000256').map(({ itemNo }) => itemNo);
    expect(copies.filter((copy) => lent.includes(copy))).toEqual([]);
    await expect.poll(() => rowsOf(page, 'No answer').count(), { timeout }).toBe(3);
    for (const copy of copies) {
      await rowOf(page, copy).waitFor();
    }
    expect(await violationsOf(page)).toEqual([]);
    const asked = page.waitForEvent('dialog');
    const signsIn = page.getByRole('link', { name: 'Sign in' }).click();
    const question = await asked;
    expect(question.type()).toBe('beforeunload');
    await question.dismiss();
    await signsIn;
    expect(await rowsOf(page, 'No answer').count()).toBe(3);
  });
});
