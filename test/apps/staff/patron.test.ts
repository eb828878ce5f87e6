/** A patron's page in Chromium: its content, and the parts that are missing while a system is down. */
import { describe, expect, test } from 'vitest';
import { applicationNo, itemNo, loanNo } from '../../../simulators/library/numbers.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sample } from '../../support/sample.ts';
import { sharedPages } from '../shared-pages.ts';
import { isFocused, section } from './patron-view.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('A patron’s page is not tested in a browser');

describe.skipIf(missing)('a patron’s page', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  test('the page shows old and new cards, one quota by card, loans and charges', async () => {
    const { page, complaints } = await pages().open('/patrons/P0000001');
    const quota = section(page, 'One quota for all cards');
    await quota.getByText('10 of 10 places taken, 0 left.').waitFor();
    expect(await quota.textContent()).toContain('6 on Library card 21852000000017');
    expect(await quota.textContent()).toContain('4 on Smart identity card 21852000000025');
    expect(await quota.locator('.places .place').count()).toBe(10);
    expect(await section(page, 'Standing').textContent()).toContain('one must come back first');
    expect(await section(page, 'Loans').locator('tbody tr').count()).toBe(10);
    expect(await page.title()).not.toContain('CHAN');
    expect(complaints).toEqual([]);
  });

  test('the page is kept empty when it is left, and loads again when Back shows it', async () => {
    const { page } = await pages().open('/patrons/P0000002');
    await page.getByText('LEE, SIU MING').first().waitFor();
    // Under Playwright, Chromium doesn't keep pages for Back. So the test sends the events of a page that is kept.
    const kept = await page.evaluate(() => {
      window.dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }));
      return document.body.textContent.trim();
    });
    expect(kept).toBe('');
    const loaded = page.waitForEvent('load');
    await page.evaluate(() => {
      setTimeout(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })));
    });
    await loaded;
    await page.getByText('LEE, SIU MING').first().waitFor();
  });

  test('signing out in one tab takes the patron out of the others at once', async () => {
    const { page } = await pages().open('/patrons/P0000002', { user: 'lee' });
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByText('LEE, SIU MING').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await other.locator('main').textContent()).not.toMatch(/P0000002|LEE/);
  });

  test.each([
    ['P0000012', 'One quota for all cards', '3 over the limit'],
    ['P0000016', 'Loans', 'Overdue'],
    ['P0000016', 'Charges', 'HK$26.20 in all'],
    ['P0000017', 'Cards', 'Replaced'],
    ['P0000013', 'Standing', 'May not borrow now'],
    ['P0000006', 'Applications', 'Rejected'],
    ['P0000005', 'Record', 'Birth certificate'],
  ])('%s: %s says %s', async (patron, name, text) => {
    const { page } = await pages().open(`/patrons/${patron}`);
    await section(page, name).getByText(text, { exact: false }).first().waitFor();
  });

  test('the waiting application is found by keyboard on the last page of many', async () => {
    const { applications } = pages().system.store.cms;
    const known = applications.get('A0000001') ?? expect.fail('no application');
    for (let index = 0; index < 24; index += 1) {
      const id = applicationNo(801 + index);
      const status = index === 23 ? 'RCV' : 'REJ';
      applications.put({ ...known, applicationNo: id, clientRef: id, patronNo: 'P0000014', status });
    }
    const { page } = await pages().open('/patrons/P0000014');
    const applied = section(page, 'Applications');
    await applied.getByText(/^Page 1 · \d+ in all$/).waitFor();
    const waiting = applied.getByRole('link', { name: applicationNo(824) });
    const next = applied.getByRole('button', { name: 'Next' });
    const firstRow = () => applied.locator('tbody tr').first().textContent();
    await next.focus();
    for (let number = 2; (await waiting.count()) === 0; number += 1) {
      const before = await firstRow();
      await page.keyboard.press('Enter');
      await applied.getByText(new RegExp(`^Page ${number} `)).waitFor();
      await expect.poll(firstRow).not.toBe(before);
      expect(await isFocused(next)).toBe(true);
    }
    expect(await applied.locator('tr', { hasText: applicationNo(824) }).textContent()).toContain(
      'Waiting for a decision',
    );
    expect(await next.isDisabled()).toBe(true);
  });

  test('turning a page of loans keeps the focus, and after a failed page the one before stays', async () => {
    const { loans } = pages().system.store.circ;
    const known = loans.get('L00000001') ?? expect.fail('no loan');
    const more = Array.from({ length: 25 }, (_, index) => loanNo(90_001 + index));
    for (const [index, id] of more.entries()) {
      loans.put({ ...known, loanNo: id, itemNo: itemNo(101 + index) });
    }
    const { page } = await pages().open('/patrons/P0000001');
    const lent = section(page, 'Loans');
    const rows = lent.locator('tbody tr');
    const next = lent.getByRole('button', { name: 'Next' });
    await expect.poll(() => rows.count(), { timeout }).toBe(20);
    let fails = true;
    const release = Promise.withResolvers<void>();
    await page.route('**/staff/graphql', async (route) => {
      if (!/MorePatronLoans/.test(route.request().postData() ?? '')) {
        return route.continue();
      }
      await release.promise;
      return fails ? route.fulfill({ status: 503, json: {} }) : route.continue();
    });
    await next.focus();
    await page.keyboard.press('Enter');
    // The first page stays until the second has arrived.
    await lent.locator('.loaded[aria-busy=true]').waitFor();
    await expect.poll(() => rows.count(), { timeout }).toBe(20);
    await expect.poll(() => isFocused(next), { timeout }).toBe(true);
    release.resolve();
    const retry = lent.getByRole('button', { name: 'Try again' });
    await retry.waitFor();
    await expect.poll(() => rows.count(), { timeout }).toBe(20);
    await expect.poll(() => isFocused(next), { timeout }).toBe(true);
    // Going back needs no answer from the server.
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await lent.getByText(/^Page 1 /).waitFor();
    await expect.poll(() => retry.count(), { timeout }).toBe(0);
    fails = false;
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await lent.getByText(/^Page 2 /).waitFor();
    await expect.poll(() => rows.count(), { timeout }).toBeLessThan(20);
    await expect.poll(() => isFocused(next), { timeout }).toBe(true);
    for (const id of more) {
      loans.delete(id);
    }
  });

  test('the page says that nobody has the number', async () => {
    const { page } = await pages().open('/patrons/P0999999');
    await page.getByText('There is no patron with this number.').waitFor();
  });

  test.each([
    [
      'circ',
      ['Loans', 'Reservations', 'Charges', 'One quota for all cards', 'Standing'],
      ['Cards', 'Record'],
    ],
    ['cms', ['Cards', 'Applications', 'Loans'], ['Record']],
    ['prs', ['Record', 'Standing'], ['Cards', 'Loans', 'One quota for all cards']],
  ] as const)(
    'while %s is down, each missing section says so, and the rest is shown',
    async (system, gone, there) => {
      pages().system.legacy[system].faults.set([{ kind: 'busy' }]);
      const { page } = await pages().open('/patrons/P0000002');
      for (const name of gone) {
        await section(page, name).getByText('Could not be read').first().waitFor();
      }
      for (const name of there) {
        expect(await section(page, name).locator('.missing').count(), name).toBe(0);
      }
      expect(await violationsOf(page)).toEqual([]);
      pages().system.legacy[system].faults.clear();
      // The gateway calls the system again only after its circuit breaker has closed.
      const countMissing = async () => {
        await page.getByRole('button', { name: 'Refresh' }).click();
        await page.locator('.loaded[aria-busy=false]:not(.loaded .loaded)').waitFor();
        return await page.locator('.missing').count();
      };
      await expect.poll(countMissing, { timeout, interval: 1_000 }).toBe(0);
    },
  );

  test('the access log is shown on request, and that is recorded', async () => {
    const { page } = await pages().open('/patrons/P0000007');
    await page.getByRole('button', { name: 'Show the operations' }).click();
    await section(page, 'Operations').getByText('Nothing in the last 30 days.').waitFor();
    await page.getByRole('button', { name: 'Show who has looked' }).click();
    // Those of circulation and those of the payment system.
    await section(page, 'Who has looked').getByText('Looked up operations').nth(1).waitFor();
  });

  test('R27: the access log has the reason that a colleague chose, and their name on request', async () => {
    const { page } = await pages().open('/patrons/P0000013');
    const reason = page.getByRole('combobox', { name: 'Why you look' });
    await reason.selectOption('The reader has called or written');
    await page.getByRole('button', { name: 'Show who has looked' }).click();
    const log = section(page, 'Who has looked');
    const opened = log.locator('tr', { hasText: 'The reader has called or written' });
    await opened.first().waitFor();
    expect(await opened.first().textContent()).not.toContain('chan');
    await log.getByLabel('Show names').check();
    await opened.filter({ hasText: 'chan' }).first().waitFor();
    await reason.selectOption('Not said');
  });

  test('R27: whole identity numbers are shown only on request, and that is recorded', async () => {
    const { page } = await pages().open('/patrons/P0000018');
    await page.locator('.places').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('WX123450');
    await page.getByRole('button', { name: 'Show whole numbers' }).click();
    await page.locator('dialog').getByRole('button', { name: 'Show whole numbers' }).click();
    await page.locator('dialog').getByText('WX123450(A)').waitFor();
    await page.keyboard.press('Escape');
    expect(await page.content()).not.toContain('WX123450');
    await page.getByRole('button', { name: 'Show who has looked' }).click();
    await section(page, 'Who has looked').getByText('Read a whole identity number').waitFor();
  });

  const views = [
    ['en', 1280],
    ['en', 360],
    ['zh-Hant', 1280],
    ['zh-Hant', 360],
  ] as const;
  test.each(sample('views of a patron', views, { each: 1, kindsOf: (view) => view.map(String) }))(
    'axe finds no violation, in %s and %i pixels wide, and the page does not scroll sideways',
    async (language, width) => {
      const { page } = await pages().open('/patrons/P0000002', { language, width });
      await page.locator('.places').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await sidewaysOf(page)).toBe(0);
      await page.locator('button[aria-haspopup=dialog]').first().click();
      await page.locator('dialog[open]').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await sidewaysOf(page)).toBe(0);
    },
  );

  test('in Chinese the only English words are names, titles and addresses', async () => {
    const { page } = await pages().open('/patrons/P0000002', { language: 'zh-Hant' });
    await page.locator('.places').waitFor();
    const texts = await page
      .locator('main :is(h1, h2, th[scope=col], button, dt, .badge, .notice, .missing)')
      .evaluateAll((elements) => elements.map(({ textContent }) => textContent ?? ''));
    expect(texts.filter((text) => /[A-Za-z]{2,}/.test(text))).toEqual([]);
  });

  test('nor are there other English words while a system is down, or in the access log', async () => {
    pages().system.legacy.circ.faults.set([{ kind: 'busy' }]);
    const { page } = await pages().open('/patrons/P0000002', { language: 'zh-Hant' });
    await page.locator('.missing').first().waitFor();
    const reasons = await page.locator('main :is(.notice, .missing)').allTextContents();
    expect(reasons.filter((text) => /[A-Za-z]{2,}/.test(text))).toEqual([]);
    pages().system.legacy.circ.faults.clear();
    const { patrons } = pages().system.store.prs;
    const patron = patrons.get('P0000002') ?? expect.fail('no patron');
    await page.getByRole('button', { name: '再試' }).first().click();
    await page.getByRole('button', { name: '更改讀者紀錄' }).click();
    await page.getByLabel('擔保人', { exact: false }).first().fill('CHAN, KAM FAI');
    await page.getByRole('button', { name: '儲存' }).click();
    await page.getByText('紀錄已經更改。').waitFor();
    await page.getByRole('button', { name: '關閉', exact: true }).last().click();
    await page.getByRole('button', { name: '顯示查閱紀錄' }).click();
    await section(page, '查閱紀錄').getByText('更改 · 擔保人').waitFor();
    patrons.put(patron);
  });
});
