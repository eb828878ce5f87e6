/** Finding patrons in a browser: at a scanner's speed, by keyboard alone, and by an identity document. */
import { setTimeout } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { holdRequests } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Finding patrons is not tested in a browser');

describe.skipIf(missing)('finding patrons', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  /** Opens the search with the focus in its field. */
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

  test('an operation’s code without a digit opens the operation, because no patron has this name', async () => {
    const page = await openSearch();
    await page.keyboard.type('DMEGMBRF\n');
    await page.waitForURL('**/staff/operations?code=DMEGMBRF');
  });

  test('a scanned card opens its patron even if an earlier search is answered later', async () => {
    const page = await openSearch();
    const answer = await holdRequests(page, 'query FindPatrons');
    const asked = page.waitForRequest((request) => request.postData()?.includes('FindPatrons') === true);
    // Only one patron has this name, so the late answer is also a single hit.
    await page.keyboard.type('WONG, KA YAN');
    await asked;
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('21852000000033\n');
    await patronAt(page, 'P0000002');
    answer();
    await setTimeout(500);
    expect(new URL(page.url()).pathname).toBe('/staff/patrons/P0000002');
  });

  test('while another patron is looked up, nothing of the patron before is shown', async () => {
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

  test('somebody who types on after Enter is not taken to the patron of the earlier search', async () => {
    const page = await openSearch();
    const answer = await holdRequests(page);
    await page.keyboard.type('21852000000033');
    const asked = page.waitForRequest((request) => request.postData()?.includes('PatronOfCard') === true);
    await page.keyboard.press('Enter');
    await asked;
    await page.keyboard.press('End');
    await page.keyboard.type(' ');
    // The answer arrives during the pause between typing and searching again.
    answer();
    await hits(page)
      .getByRole('link', { name: /^LEE, SIU MING/ })
      .waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/patrons');
  });

  test('somebody who starts another search is not taken to the patron of a document', async () => {
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

  test('a scanned card opens its patron even if the answer is slow', async () => {
    const page = await openSearch();
    await page.route('**/staff/graphql', async (route) => {
      await setTimeout(1_500);
      await route.continue();
    });
    await page.keyboard.type('21852000000033\n');
    await patronAt(page, 'P0000002');
  });

  test('Enter before the answer opens the only hit of the last search, not of an earlier one', async () => {
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
  ])('a patron is found by %s', async (text, id) => {
    const page = await openSearch();
    await page.keyboard.type(`${text}\n`);
    await patronAt(page, id);
  });

  test('hits are listed while one types and opened by keyboard alone; the search is kept for the way back', async () => {
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

  test('choosing a status narrows the list', async () => {
    const page = await openSearch();
    await page.keyboard.type('ma');
    await hits(page).getByRole('link').first().waitFor();
    await page.getByLabel('Status').selectOption('SUSPENDED');
    await hits(page).getByText('1 patron found').first().waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/patrons');
  });

  test('the page says when there is no hit, and when the text is too short', async () => {
    const page = await openSearch();
    await page.keyboard.type('nobody of this name\n');
    await hits(page).getByText('Nobody was found.').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('2185\n');
    await page.getByText('Type a name, or a whole number.').waitFor();
  });

  test('a patron is found by document, and the patron sees that in the access log', async () => {
    const { page } = await pages().open('/patrons');
    await page.getByLabel('Number', { exact: true }).fill('c246801 6');
    await page.keyboard.press('Enter');
    await patronAt(page, 'P0000003');
    expect(page.url()).not.toContain('246801');
    const { body } = await pages().system.ask(
      '{ me { accessLog(first: 20) { edges { node { kind role } } } } }',
      {
        token: await pages().system.token({ patronId: 'P0000003' }),
      },
    );
    // The search, and then the page of the patron.
    const found = { node: { kind: 'FOUND_BY_IDENTITY_DOCUMENT', role: 'STAFF' } };
    const opened = { node: { kind: 'RECORD_READ', role: 'STAFF' } };
    expect(body.data).toMatchObject({
      me: { accessLog: { edges: expect.arrayContaining([found, opened]) } },
    });
  });

  test('a number with a wrong check digit is refused before any request', async () => {
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
