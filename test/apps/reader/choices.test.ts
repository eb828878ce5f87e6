/**
 * Changes that a reader makes at `/my/`: the branch of a reservation, notices, and an application that is withdrawn.
 */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tested in a browser');

describe.skipIf(missing)('the reader’s page', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  test('a reservation is collected at another branch, once the reader has read what is lost', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    await page.getByRole('button', { name: /^Change branch of / }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('You lose your place in the queue').waitFor();
    await dialog.getByLabel('Pick-up branch').selectOption('HKCL');
    await dialog.getByRole('button', { name: 'Change branch' }).click();
    await page.getByText(/^The branch for .* is changed/).waitFor();
    const holds = pages().system.store.circ.holds.by('cardNo', readers.siuMing);
    expect(holds.map(({ state, pickupBranch }) => `${state} ${pickupBranch}`).sort()).toEqual([
      'Q HKCL',
      'X STCL',
    ]);
  });

  test('reminders are switched off, and stay off', async () => {
    const { page } = await pages().signIn(readers.overdue, '/my/contact');
    await page.getByLabel('A loan is due in three days').uncheck();
    await page.getByLabel('Language').selectOption('English');
    await page.getByRole('button', { name: 'Save notices' }).click();
    await page.getByText('Your notice settings are saved.').waitFor();
    await page.reload();
    await page.getByLabel('A loan is due tomorrow').waitFor();
    expect(await page.getByLabel('A loan is due in three days').isChecked()).toBe(false);
    expect(await page.getByLabel('A loan is due tomorrow').isChecked()).toBe(true);
    expect(await page.getByLabel('Language').inputValue()).toBe('ENGLISH');
    // Notices that the library must send can't be switched off.
    expect(await page.getByLabel('A loan is overdue').count()).toBe(0);
  });

  test('an application that waits is withdrawn', async () => {
    const { page } = await pages().signIn(readers.nothing, '/my/cards');
    await page.getByRole('button', { name: 'Withdraw application A0000001' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Withdraw' }).click();
    await page.getByText('The application is withdrawn.').waitFor();
    await page.getByText('Withdrawn', { exact: true }).waitFor();
    expect(await page.getByRole('button', { name: /^Withdraw application/ }).count()).toBe(0);
  });
});
