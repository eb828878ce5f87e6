/** Addresses, the way back, and what is read again, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import type { Store } from '../../../simulators/tables/store.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Addresses of staff’s pages are not tested in a browser');

/** A branch that the library's list lacks. */
const unlisted = 'MOBILE';

/** Makes all loans overdue, so that the list is longer than the screen. One of the copies is of an unlisted branch. */
function allOverdue({ circ }: Store): void {
  for (const [at, loan] of [...circ.loans.values()].entries()) {
    circ.loans.put({ ...loan, dueOn: '20261101', ...(at === 0 ? { branch: unlisted } : {}) });
  }
}

describe.skipIf(missing)('the staff’s pages', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true, change: allOverdue }));
  const scrolled = (page: Page) => page.evaluate(() => Math.round(window.scrollY));

  test('the choices of a list stand in its address: a reload and the way back show the same', async () => {
    const { page } = await pages().open('/applications');
    await page.getByLabel('Status', { exact: true }).selectOption({ label: 'Rejected' });
    await page.getByLabel('Order', { exact: true }).selectOption({ label: 'Newest first' });
    await expect.poll(() => new URL(page.url()).search).toBe('?status=REJECTED&order=NEWEST_FIRST');
    await page.reload();
    const chosen = () =>
      page.locator('main select').evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value));
    await expect.poll(chosen, { timeout }).toEqual(['REJECTED', 'NEWEST_FIRST', '*']);
    await page.getByRole('link', { name: 'Desk' }).click();
    await page.getByRole('heading', { name: 'Desk' }).waitFor();
    await page.goBack();
    await expect.poll(chosen, { timeout }).toEqual(['REJECTED', 'NEWEST_FIRST', '*']);
  });

  test('a choice that does not exist is none', async () => {
    const { page } = await pages().open('/applications?status=LOST&order=1');
    expect(await page.getByLabel('Status', { exact: true }).inputValue()).toBe('RECEIVED');
  });

  test('the way back from a patron leads to the same place of the list, without waiting for it', async () => {
    const { page } = await pages().open('/overdue');
    const last = page.locator('main tbody tr').last().getByRole('link');
    await last.scrollIntoViewIfNeeded({ timeout });
    const before = await scrolled(page);
    expect(before).toBeGreaterThan(100);
    await last.click();
    await page.waitForURL('**/patrons/*');
    await expect.poll(() => scrolled(page)).toBe(0);
    await page.route('**/staff/graphql', () => {});
    await page.goBack();
    await expect.poll(() => scrolled(page), { timeout }).toBe(before);
  });

  test('totals are the library’s own, and what the listed branches lack is a row', async () => {
    const { page } = await pages().open('/');
    const { loans } = pages().system.store.circ;
    const tile = page.locator('.tile', { hasText: 'On loan' }).locator('dd');
    await expect.poll(() => tile.textContent(), { timeout }).toBe(String(loans.size));
    const others = page.getByRole('row', { name: /Other branches/ });
    expect(await others.locator('.number').textContent()).toBe('1');
    await page.goto(`${pages().system.url}/staff/overdue`);
    await page.getByRole('cell', { name: unlisted }).waitFor({ timeout });
  });

  test('while the index is being built, its progress is shown, and the view is read again by itself', async () => {
    const { page } = await pages().open('/losses');
    const message = 'What nobody touched for 90 days is still being read: 40 % of the cards are read.';
    let answers = 0;
    await page.route('**/staff/graphql', async (route) => {
      const isToday = route.request().postData()?.includes('query Today') === true;
      answers += isToday ? 1 : 0;
      const error = { message, path: ['libraryCounts'], extensions: { code: 'INDEX_NOT_READY' } };
      const data = {
        libraryCounts: null,
        branches: [],
        lendingDays: [],
        applications: null,
        lossReports: null,
      };
      await (isToday && answers === 1
        ? route.fulfill({ json: { data, errors: [error] } })
        : route.continue());
    });
    await page.getByRole('link', { name: 'Today' }).click();
    await page.getByText(message).first().waitFor();
    await page.getByText(message).first().waitFor({ state: 'detached', timeout });
    expect(answers).toBeGreaterThan(1);
  });

  test('a reading that nobody waits for any more is cancelled', async () => {
    const { page } = await pages().open('/desk');
    const isOfPatron = (text: string | null) => text?.includes('query PatronPicture') === true;
    const asked = page.waitForRequest((request) => isOfPatron(request.postData()));
    const cancelled = page.waitForEvent('requestfailed', {
      predicate: (request) => isOfPatron(request.postData()),
      timeout,
    });
    await page.route('**/staff/graphql', (route) =>
      isOfPatron(route.request().postData()) ? undefined : route.continue(),
    );
    await page.evaluate(() => {
      window.history.pushState(null, '', '/staff/patrons/P0000001');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await asked;
    await page.getByRole('link', { name: 'Desk' }).click();
    expect((await cancelled).failure()?.errorText).toBe('net::ERR_ABORTED');
  });

  test('a view that was off line is read again by itself when the line is back', async () => {
    const { page } = await pages().open('/');
    const failure = page.getByText('This could not be read');
    await page.locator('.tile').first().waitFor({ timeout });
    await page.context().setOffline(true);
    await page.getByRole('button', { name: 'Refresh' }).click();
    await failure.waitFor();
    await page.context().setOffline(false);
    await failure.waitFor({ state: 'detached', timeout });
    expect(await page.locator('.tile').count()).toBeGreaterThan(0);
  });
});
