/** Calls and notes at rows of work lists, in Chromium: two colleagues, the file of all rows, and a reader's own data. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../../support/chromium.ts';
import { violationsOf } from '../../../support/pages/axe.ts';
import { sharedPages } from '../../shared-pages.ts';
import { openDialog } from '../patron-view.ts';
import { sidewaysOf, startStaffPages, timeout } from '../staff-pages.ts';

const missing = chromiumMissing('Notes at rows of lists are not tested in a browser');

describe.skipIf(missing)('notes at rows', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));
  const firstRow = (page: Page) => page.locator('main tbody tr').first();
  const write = async (page: Page, text: string) => {
    await firstRow(page).getByRole('button', { name: /^Note/ }).click();
    const dialog = openDialog(page);
    await dialog.getByLabel('The reader was called').setChecked(text !== '');
    await dialog.getByLabel('What else there is to know').fill(text);
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await dialog.waitFor({ state: 'detached' });
  };

  test('each colleague has one note at an overdue loan, which the other sees, with the name', async () => {
    const { page, complaints } = await pages().open('/overdue');
    let readings = 0;
    page.on('request', (request) => {
      readings += request.postData()?.includes('query Overdue') === true ? 1 : 0;
    });
    await firstRow(page).getByRole('button', { name: /^Note/ }).waitFor();
    readings = 0;
    await write(page, 'No answer');
    await firstRow(page)
      .getByText(/^Called · No answer · chan, /)
      .waitFor();
    expect(readings, 'the list is not read again for a note').toBe(0);
    expect(await sidewaysOf(page)).toBe(0);
    const other = await pages().open('/overdue', { user: 'lee' });
    await firstRow(other.page).getByText('No answer').waitFor();
    await write(other.page, 'Comes on Monday');
    await page.reload();
    await firstRow(page)
      .getByText(/^Called · Comes on Monday · lee, /)
      .waitFor();
    await write(page, '');
    await expect.poll(() => firstRow(page).getByText('No answer').count()).toBe(0);
    await page.reload();
    await firstRow(page).getByText('Comes on Monday').waitFor();
    expect(await firstRow(page).getByText('No answer').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['/hold-shelf?branch=HKCL', 'en', 360],
    ['/owing', 'en', 1280],
  ] as const)('%s takes notes, too', async (path, language, width) => {
    const { page, complaints } = await pages().open(path, { language, width });
    await write(page, 'On the way');
    await firstRow(page)
      .getByText(/^Called · On the way · chan, /)
      .waitFor();
    expect(await sidewaysOf(page)).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('who may not change loans reads the notes and writes none, in Chinese', async () => {
    const scope = 'circulation:read patrons:read';
    const { page } = await pages().open('/overdue', { scope, language: 'zh-Hant' });
    await firstRow(page)
      .getByText(/^已致電 · Comes on Monday · lee/)
      .waitFor();
    expect(await firstRow(page).getByRole('button').count()).toBe(0);
  });
});
