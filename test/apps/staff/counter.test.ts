/**
 * Applications that are handed in at a counter, in Chromium: typed by keyboard, refused because of a field, and decided
 * at once.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sharedPages } from '../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Applications at a counter are not tested in a browser');

describe.skipIf(missing)('an application at a counter', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  const isFocused = (page: Page, label: string) =>
    page.getByLabel(label).evaluate((element) => element === document.activeElement);

  async function tabTo(page: Page, label: string): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await isFocused(page, label)) {
        return;
      }
      await page.keyboard.press('Tab');
    }
    expect.fail(`the focus never comes to ${label}`);
  }

  async function typeInto(page: Page, label: string, text: string): Promise<void> {
    await tabTo(page, label);
    await page.keyboard.type(text);
  }

  test('is filled in by keyboard alone, refused at its field, handed in, and approved on the same page', async () => {
    const { page, complaints } = await pages().open('/applications');
    await page.getByRole('link', { name: 'New application' }).press('Enter');
    await expect.poll(() => isFocused(page, 'A library card'), { timeout }).toBe(true);
    await page.keyboard.press('Enter');
    // The list of what is missing takes the focus, and leads to the field.
    await page.getByRole('link', { name: 'Choose at least one card.' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => isFocused(page, 'A library card'), { timeout }).toBe(true);
    await page.keyboard.press('Space');
    await typeInto(page, 'Name in English', 'SIU, HOI CHING');
    await typeInto(page, 'Date of birth', '17051980');
    await typeInto(page, 'Identity card number', 'G123456(0)');
    await typeInto(page, 'Address, line 1', '8 Reading Road');
    await page.keyboard.press('Enter');
    await expect.poll(() => isFocused(page, 'Identity card number'), { timeout }).toBe(true);
    const proof = page.getByLabel('I have seen proof of address');
    expect(await proof.getAttribute('aria-invalid')).toBe('true');
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Control+A');
    await page.keyboard.type('G123456(A)');
    await tabTo(page, 'I have seen proof of address');
    await page.keyboard.press('Space');
    await page.keyboard.press('Enter');
    await page.getByText('The application is handed in').waitFor();
    await page.locator('dd code', { hasText: /^[0-9A-Z]{8}$/ }).waitFor();
    await page.getByText('SIU, HOI CHING').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('G123456');
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Approve' }).press('Enter');
    await page.locator('dialog[open]').getByRole('button', { name: 'Approve' }).press('Enter');
    await page.getByText('Approved. The cards are issued.').waitFor();
    await page.getByRole('button', { name: 'Another application' }).press('Enter');
    await expect.poll(() => page.getByLabel('Name in English').inputValue(), { timeout }).toBe('');
    expect(complaints).toEqual([]);
  });

  test('of a patron starts on the patron’s page with what is known, in Chinese and 360 pixels wide', async () => {
    const { page, complaints } = await pages().open('/patrons/P0000003', { language: 'zh-Hant', width: 360 });
    await page.getByRole('link', { name: '新申請' }).click();
    await expect.poll(() => page.getByLabel('英文姓名').inputValue(), { timeout }).toBe('WONG, KA YAN');
    expect(await page.getByLabel('圖書證').isChecked()).toBe(true);
    await page.getByLabel('身份證號碼').fill('A123456(3)');
    await page.getByRole('button', { name: '遞交申請' }).click();
    await expect.poll(() => isFocused(page, '身份證號碼'), { timeout }).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    expect(await sidewaysOf(page)).toBe(0);
    await page.getByLabel('身份證號碼').fill('C246801(6)');
    await page.getByRole('button', { name: '遞交申請' }).click();
    await page.getByText('已收到申請').waitFor();
    await page.getByRole('button', { name: '批准' }).waitFor();
    expect(await sidewaysOf(page)).toBe(0);
    await page.getByRole('link', { name: '返回讀者紀錄' }).click();
    const row = page.getByRole('region', { name: '申請' }).locator('tbody tr');
    await row.getByText('待審批').waitFor();
    await row.getByRole('link').click();
    await page.getByRole('button', { name: '批准' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('that card management does not answer is shown as unsettled with its code, and is handed in once', async () => {
    const { legacy, store } = pages().system;
    const before = store.cms.applications.size;
    const { page } = await pages().open('/applications/new');
    await page.getByLabel('A library card').check();
    await page.getByLabel('Name in English').fill('TO, SAU LAN');
    await page.getByLabel('Date of birth').fill('1971-02-03');
    await page.getByLabel('Identity card number').fill('C123456(9)');
    await page.getByLabel('Address, line 1').fill('8 Reading Road');
    await page.getByLabel('I have seen proof of address').check();
    legacy.cms.faults.set([{ kind: 'reset-after', operations: ['SubmitApplication'], times: 1 }]);
    await page.getByRole('button', { name: 'Hand in the application' }).click();
    await page.getByText('Recorded, not settled yet').waitFor();
    const code = await page.locator('.notice code').textContent();
    await page.getByText('The application is handed in').waitFor();
    legacy.cms.faults.clear();
    expect(await page.locator('dd code').textContent()).toBe(code);
    expect(store.cms.applications.size).toBe(before + 1);
  });

  test('for a patron keeps what was typed when the language changes', async () => {
    const { page } = await pages().open('/patrons/P0000002/apply');
    await page.getByLabel('Identity card number').fill('G123456(A)');
    await page.getByRole('button', { name: '中文' }).press('Enter');
    await page.getByRole('button', { name: 'English' }).waitFor();
    await page.locator('.loaded[aria-busy=false]').waitFor();
    expect(await page.getByLabel('身份證號碼').inputValue()).toBe('G123456(A)');
  });

  test('for another patron starts empty: nothing of the patron before is shown meanwhile', async () => {
    const { page } = await pages().open('/patrons/P0000002/apply');
    await page.getByLabel('Identity card number').fill('G123456(A)');
    await page.route('**/staff/graphql', () => undefined);
    await page.evaluate(() => {
      window.history.pushState(null, '', '/staff/patrons/P0000001/apply');
      window.dispatchEvent(new PopStateEvent('popstate'));
    });
    await page.locator('main .loading').waitFor();
    expect(await page.locator('main').textContent()).not.toMatch(/LEE|SIU MING/);
    expect(await page.locator('main input').count()).toBe(0);
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });
});
