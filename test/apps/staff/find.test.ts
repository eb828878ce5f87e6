/** Finding patrons, in a browser: at a scanner's speed, by keyboard alone, and by the document in hand. */
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { holdRequests } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Finding patrons is not tried in a browser');

describe.skipIf(missing)('finding patrons', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  /** The view, with the focus in its field. */
  async function openSearch(): Promise<Page> {
    const { page } = await pages().open('/patrons');
    await page.locator('input[type=search]:focus').waitFor();
    return page;
  }

  const patronAt = (page: Page, id: string) => page.waitForURL(`**/staff/patrons/${id}`);
  const hits = (page: Page) => page.getByRole('region', { name: 'Patrons found' });

  test('the field has the focus; a scanned card opens its patron', async () => {
    const page = await openSearch();
    await page.keyboard.type('21852000000033\n');
    await patronAt(page, 'P0000002');
    await page.getByText('LEE, SIU MING').first().waitFor();
  });

  test('a scanned card opens its patron though an earlier search is answered later', async () => {
    const page = await openSearch();
    const answer = await holdRequests(page, 'query FindPatrons');
    const asked = page.waitForRequest((request) => request.postData()?.includes('FindPatrons') === true);
    // One patron alone has this name: its answer would be the only hit, too.
    await page.keyboard.type('WONG, KA YAN');
    await asked;
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('21852000000033\n');
    await patronAt(page, 'P0000002');
    answer();
    await setTimeout(500);
    expect(new URL(page.url()).pathname).toBe('/staff/patrons/P0000002');
  });

  test('while another patron is looked up, nothing of the one before is shown', async () => {
    const page = await openSearch();
    await page.keyboard.type('LEE');
    await hits(page).getByText('LEE, SIU MING').waitFor();
    await page.route('**/staff/graphql', () => undefined);
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('WONG, KA');
    await page.locator('main .loading').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('SIU MING');
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  test('whoever types on after Enter is not taken to the patron of the search before', async () => {
    const page = await openSearch();
    const answer = await holdRequests(page);
    await page.keyboard.type('21852000000033');
    const asked = page.waitForRequest((request) => request.postData()?.includes('PatronOfCard') === true);
    await page.keyboard.press('Enter');
    await asked;
    await page.keyboard.press('End');
    await page.keyboard.type(' ');
    // Before the pause in typing after which there is another search.
    answer();
    await hits(page)
      .getByRole('link', { name: /^LEE, SIU MING/ })
      .waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/patrons');
  });

  test('whoever searches for another is not taken to the patron of a document', async () => {
    const page = await openSearch();
    const answer = await holdRequests(page);
    await page.getByLabel('Number', { exact: true }).fill('c246801 6');
    const asked = page.waitForRequest((request) => request.postData()?.includes('PatronOfDocument') === true);
    await page.keyboard.press('Enter');
    await asked;
    await page.locator('input[type=search]').fill('siu');
    answer();
    await page.getByRole('link', { name: /^WONG, KA YAN/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/patrons');
  });

  test('a scanned card opens its patron though the answer takes its time', async () => {
    const page = await openSearch();
    await page.route('**/staff/graphql', async (route) => {
      await setTimeout(1_500);
      await route.continue();
    });
    await page.keyboard.type('21852000000033\n');
    await patronAt(page, 'P0000002');
  });

  test('Enter before the answer opens the only hit of what was typed, and of nothing before', async () => {
    const page = await openSearch();
    await page.keyboard.type('wong\n');
    await patronAt(page, 'P0000003');
  });

  test.each([
    ['20000004', 'P0000004'],
    ['2000-0004', 'P0000004'],
    ['p0000005', 'P0000005'],
    ['黃嘉欣', 'P0000003'],
    ['21852000000116', 'P0000008'],
    ['A21852000000033B', 'P0000002'],
  ])('%s is found by what it is', async (text, id) => {
    const page = await openSearch();
    await page.keyboard.type(`${text}\n`);
    await patronAt(page, id);
  });

  test('several hits are listed as they are typed, and opened by keyboard alone; the search is there when one comes back', async () => {
    const page = await openSearch();
    await page.keyboard.type('siu');
    await hits(page).getByText('3 patrons found').first().waitFor();
    const link = hits(page).getByRole('link', { name: /^LEE, SIU MING/ });
    for (let presses = 0; presses < 20 && !(await link.evaluate(isFocused)); presses += 1) {
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await patronAt(page, 'P0000002');
    await page.goBack();
    await hits(page).getByText('3 patrons found').first().waitFor();
    expect(new URL(page.url()).search).toBe('');
  });

  test('a status narrows the list', async () => {
    const page = await openSearch();
    await page.keyboard.type('ma');
    await hits(page).getByRole('link').first().waitFor();
    await page.getByLabel('Status').selectOption('SUSPENDED');
    await hits(page).getByText('1 patron found').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/patrons');
  });

  test('nobody, and too little, are said', async () => {
    const page = await openSearch();
    await page.keyboard.type('nobody of this name\n');
    await hits(page).getByText('Nobody was found.').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('2185\n');
    await page.getByText('Type a name, or a whole number.').waitFor();
  });

  test('by the document in hand, and that is recorded where the patron sees it', async () => {
    const { page } = await pages().open('/patrons');
    await page.getByLabel('Number', { exact: true }).fill('c246801 6');
    await page.keyboard.press('Enter');
    await patronAt(page, 'P0000003');
    expect(page.url()).not.toContain('246801');
    const { body } = await pages().system.ask(
      '{ me { accessLog(first: 1) { edges { node { kind role } } } } }',
      {
        token: await pages().system.token({ patronId: 'P0000003' }),
      },
    );
    expect(body.data).toEqual({
      me: { accessLog: { edges: [{ node: { kind: 'FOUND_BY_IDENTITY_DOCUMENT', role: 'STAFF' } }] } },
    });
  });

  test('a number with a wrong check digit is said before anybody is asked', async () => {
    const { page } = await pages().open('/patrons');
    await page.getByLabel('Number', { exact: true }).fill('C246801(7)');
    await page.keyboard.press('Enter');
    await page
      .locator('.missing')
      .getByText(/check digit/)
      .waitFor();
    expect(await page.getByText('Nobody was found.').count()).toBe(0);
  });
});

const isFocused = (element: Element): boolean => element === document.activeElement;
