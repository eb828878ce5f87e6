/** Days that are typed, and cards that a card reader types, in Chromium. */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { scan, shownReader } from './desk/desk-view.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Days are not typed in a browser');

describe.skipIf(missing)('the staff’s pages', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  test('a day is typed with the day first, shown in words, and never sent with the month first', async () => {
    const { page } = await pages().open('/patrons/P0000004');
    await page.getByRole('button', { name: 'Change the record' }).click();
    const dialog = page.getByRole('dialog');
    const field = dialog.getByLabel('Date of birth');
    await field.fill('12/31/1990');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Type the day first').waitFor();
    await field.fill('01021990');
    await dialog.getByText('1 February 1990').waitFor();
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Type the day first').waitFor({ state: 'detached' });
    await expect
      .poll(() => pages().system.store.prs.patrons.get('P0000004')?.dob, { timeout })
      .toBe('1990-02-01');
  });

  test('a card reader may send the identity number and the date in two lines, and neither stays on the screen', async () => {
    const { page } = await pages().open('/desk');
    await page.locator('input.scan').waitFor();
    await scan(page, ['P500005(3)']);
    await page.getByText('enter the date of issue').waitFor();
    await scan(page, ['03.01.2022']);
    await shownReader(page).getByRole('link', { name: 'Patron’s page' }).waitFor();
    await scan(page, ['P500005(3) 31.12']);
    await page.locator('tbody tr').first().waitFor();
    expect(await page.locator('body').textContent()).not.toContain('P500005');
  });

  test('the number of a smart identity card is refused as soon as it is shown', async () => {
    const { cards } = pages().system.store.cms;
    const smart = [...cards.values()].find(({ type, status }) => type === 'SC' && status === 'ACT');
    const { page } = await pages().open('/desk');
    await page.locator('input.scan').waitFor();
    await scan(page, [smart?.cardNo ?? expect.fail('the seed has no smart identity card')]);
    await shownReader(page).getByText('read the card itself').waitFor({ timeout });
  });
});
