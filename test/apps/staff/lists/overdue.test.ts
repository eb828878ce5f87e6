/** A long list to work through, in Chromium: 1,500 overdue loans of a made-up library. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { generateLibrary } from '../../../../simulators/library/generate.ts';
import { createStore, type Store } from '../../../../simulators/tables/store.ts';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { sharedPages } from '../../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from '../staff-pages.ts';

const missing = chromiumMissing('A long list of staff is not tested in a browser');

const overdueCount = 1_500;
/** What a spreadsheet would take for a formula. */
const formula = '=HYPERLINK("http://example.org")';

/** A library whose first 1,500 loans are overdue, the first one of them longest and with a title that is a formula. */
function overdueLibrary(): Store {
  const store = createStore(generateLibrary({ patrons: 600, now: new Date() }));
  const { loans, items } = store.circ;
  for (const [at, loan] of [...loans.values()].entries()) {
    const overdueSince = at === 0 ? '20260801' : '20261101';
    loans.put({ ...loan, dueOn: at < overdueCount ? overdueSince : '20270101' });
  }
  const longest = [...loans.values()][0]?.bibNo;
  for (const item of [...items.values()].filter(({ bibNo }) => bibNo === longest)) {
    items.put({ ...item, title: formula });
  }
  return store;
}

describe.skipIf(missing)('a list of 1,500 overdue loans', { timeout: 4 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true, store: overdueLibrary() }));
  const rows = (page: Page) => page.locator('main tbody tr');
  const first = (page: Page) => rows(page).first().textContent();
  const isLoaded = async (page: Page) =>
    await expect.poll(() => rows(page).count(), { timeout: 2 * timeout }).toBe(100);

  test('has pages of 100, a total, and an address that shows the same after a reload, a link and Back', async () => {
    const { page, complaints } = await pages().open('/overdue?branch=*');
    await isLoaded(page);
    await page.getByText('1,500 in all').waitFor();
    const onFirst = await first(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 2').waitFor();
    await expect.poll(() => first(page), { timeout }).not.toBe(onFirst);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 3').waitFor();
    await expect.poll(() => page.locator('.loaded[aria-busy=true]').count(), { timeout }).toBe(0);
    const onThird = await first(page);
    await page.reload();
    await isLoaded(page);
    expect(await first(page)).toBe(onThird);
    await page.getByText('Page 3').waitFor();
    const { page: other } = await pages().open(page.url().split('/staff')[1] ?? '', { user: 'lee' });
    await isLoaded(other);
    expect(await first(other)).toBe(onThird);
    await page.goBack();
    await page.getByText('Page 2').waitFor();
    await page.getByRole('button', { name: 'Previous' }).click();
    await page.getByText('Page 1').waitFor();
    await expect.poll(() => first(page), { timeout }).toBe(onFirst);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('another filter or order is another list, which begins at its first page', async () => {
    const { page } = await pages().open('/overdue?branch=*');
    await isLoaded(page);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('Page 2').waitFor();
    await page.getByLabel('Overdue for').selectOption({ label: 'More than 90 days' });
    await page.getByText('1 in all').waitFor();
    expect(await rows(page).count()).toBe(1);
    expect(new URL(page.url()).search).toBe('?branch=*&days=91');
    await page.getByLabel('Overdue for').selectOption({ label: 'A day or more' });
    await page.getByLabel('Order').selectOption({ label: 'Latest overdue first' });
    await isLoaded(page);
    expect(await first(page)).not.toContain('HYPERLINK');
  });

  test('is saved with all rows, formulas are texts, and each reader’s access log has it', async () => {
    const { page, complaints } = await pages().open('/overdue?branch=*');
    await isLoaded(page);
    const saved = page.waitForEvent('download', { timeout: 4 * timeout });
    await page.getByRole('button', { name: 'Save all rows (CSV)' }).click();
    const download = await saved;
    expect(download.suggestedFilename()).toBe('overdue.csv');
    const text = await readFile(await download.path(), 'utf8');
    const lines = text.slice(1).trimEnd().split('\r\n');
    expect(text.startsWith('\uFEFF"Copy"')).toBe(true);
    expect(lines).toHaveLength(1 + overdueCount);
    expect(new Set(lines).size).toBe(lines.length);
    expect(lines[1]?.startsWith(`"'=HYPERLINK(""http`)).toBe(true);
    await page.getByText('1,500 rows were saved.').waitFor();
    const patronId = lines.at(-1)?.match(/"(P\d{7})"/)?.[1] ?? expect.fail('no patron');
    const token = await pages().system.token({ scope: 'patrons:read' });
    const log = 'query ($id: ID!) { patron(id: $id) { accessLog(first: 5) { edges { node { kind } } } } }';
    const { body } = await pages().system.ask(log, { token, variables: { id: patronId } });
    expect(JSON.stringify(body.data)).toMatch(/RECORD_READ.*FOUND_BY_ITEM/);
    expect(complaints).toEqual([]);
  });

  test('is printed as a table without what is only for the screen', async () => {
    const { page } = await pages().open('/overdue?branch=*', { width: 700 });
    await isLoaded(page);
    expect(await sidewaysOf(page)).toBe(0);
    await page.emulateMedia({ media: 'print' });
    expect(await page.getByRole('button', { name: 'Next' }).isVisible()).toBe(false);
    expect(await page.locator('thead th').first().isVisible()).toBe(true);
    const display = await page
      .locator('tbody tr')
      .first()
      .evaluate((row) => getComputedStyle(row).display);
    expect(display).toBe('table-row');
  });
});
