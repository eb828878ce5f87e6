/**
 * Staff whose token lacks a scope, in Chromium. Each view names the data and the actions that need the missing scope,
 * and shows the rest.
 */
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Pages without a scope are not tested in a browser');

/** The scopes of a member of staff who looks after the shelves. */
const shelves = 'circulation:read';

describe.skipIf(missing)('staff without a scope', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  test('see at a glance what they may do, and read which scope the rest needs', async () => {
    const { page, complaints } = await pages().open('/', { scope: shelves });
    const banner = page.locator('.notice', { hasText: 'Your account may not see all of this' });
    await banner.getByText('This requires the scope applications:decide.').waitFor();
    const tile = (name: string) => page.locator('.tile', { hasText: name }).locator('dd').first();
    expect(await tile('Overdue').textContent()).toBe('2');
    expect(await tile('Applications waiting').textContent()).toBe('—');
    expect(await page.getByRole('button', { name: 'Try again' }).count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each([
    ['en', /your account may not see/i, /which you do not have/],
    ['zh-Hant', /你的帳戶無權查閱/, /你沒有此權限/],
  ] as const)('read in %s on each view that they may not see it', async (language, notSeen, noRight) => {
    const { page } = await pages().open('/', { scope: shelves, language });
    for (const [path, text] of [
      ['/applications', notSeen],
      ['/applications/A0000001', notSeen],
      ['/losses', notSeen],
      ['/findings', notSeen],
      ['/patrons/P0000002', notSeen],
      ['/patrons/P0000002/apply', notSeen],
      ['/stations', noRight],
    ] as const) {
      await page.goto(`${pages().system.url}/staff${path}`);
      await page.locator('main').getByText(text).first().waitFor();
      expect(await page.locator('main').textContent(), path).not.toMatch(/FORBIDDEN|undefined/);
      expect(await violationsOf(page), path).toEqual([]);
    }
  });

  test('read at the desk that they may not lend: nothing was done, and there is nothing to send again', async () => {
    const { page, complaints } = await pages().open('/desk', { scope: shelves });
    const before = pages().system.store.circ.loans.size;
    await page.getByRole('textbox').first().waitFor();
    await page.keyboard.type('21852000000058\n');
    await page.getByText('Your account may not see this').waitFor();
    const copy = [...pages().system.store.circ.items.values()].find(({ state }) => state === 'A');
    await page.keyboard.type(`${copy?.itemNo}\n`);
    const row = page.locator('tbody tr');
    await row.getByText('Your account may not do this.').waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
    expect(pages().system.store.circ.loans.size).toBe(before);
    expect(complaints).toEqual([]);
  });

  test('who may read a patron but change nothing read that after trying, and the patron stays on the page', async () => {
    const scope = 'patrons:read credentials:read circulation:read';
    const { page, complaints } = await pages().open('/patrons/P0000002', { scope });
    await page.getByRole('button', { name: 'Renew all' }).click();
    const told = page.locator('.notice', { hasText: 'Your account may not do this' });
    await told.waitFor();
    expect(await told.getByRole('button').count()).toBe(0);
    await page.getByText('Middlemarch').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('hand in an application at the counter and read why it is refused', async () => {
    const { page } = await pages().open('/applications/new', { scope: shelves });
    await page.getByLabel('A library card').check();
    await page.getByLabel('Name in English').fill('TO, SAU LAN');
    await page.getByLabel('Date of birth').fill('1971-02-03');
    await page.getByLabel('Identity card number').fill('C123456(9)');
    await page.getByLabel('Address, line 1').fill('8 Reading Road');
    await page.getByRole('button', { name: 'Hand in the application' }).click();
    const refusal = page.locator('.notice', { hasText: 'This was not done' });
    await refusal.getByText(/Only staff can send an application of a counter/).waitFor();
  });
});
