/** The step after the sign-in that asks where a member of staff works, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { sharedPages } from '../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('The choice of a branch is not tested in a browser');

describe.skipIf(missing)('after the sign-in', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  const ask = (page: Page) => page.getByRole('heading', { name: 'Where do you work today?' });
  const ownBranch = (page: Page) => page.getByRole('combobox', { name: 'You work at' });
  const button = (page: Page, name: string) => page.getByRole('button', { name });
  const stored = (page: Page) => page.evaluate(() => localStorage.getItem('staff-branch'));

  /** Opens a page that asks for the branch. `branches` replaces the answer of the graph. */
  async function openAsked(path: string, branches?: () => object | null) {
    // The helper waits for the step, so the answer can be replaced only before the page is loaded again.
    const { page, complaints } = await pages().open(path, { branch: 'ask' });
    if (branches !== undefined) {
      await page.route('**/staff/graphql', async (route) => {
        const json = (route.request().postData() ?? '').includes('query BranchNames') ? branches() : null;
        await (json === null ? route.continue() : route.fulfill({ json }));
      });
      await page.reload();
    }
    return { page, complaints };
  }

  test('the branch is asked for before any view, and the link that was opened leads to its list', async () => {
    const { page, complaints } = await openAsked('/overdue?days=8');
    await ask(page).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.getByRole('navigation', { name: 'Views' }).count()).toBe(0);
    await button(page, 'Sha Tin Central Library').click();
    await page.getByRole('heading', { name: 'Overdue', exact: true }).waitFor();
    await page.waitForURL((url) => url.search === '?days=8&branch=STCL');
    expect(await ownBranch(page).inputValue()).toBe('STCL');
    // A link to another branch's list is not changed.
    await page.goto(`${pages().system.url}/staff/hold-shelf?branch=HKCL&state=TO_FETCH`);
    await page.locator('tbody tr', { hasText: 'Moby-Dick' }).waitFor();
    await page.goto(`${pages().system.url}/staff/`);
    const first = page.locator('tbody tr', { hasText: 'Library' }).first();
    await expect.poll(() => first.textContent(), { timeout }).toMatch(/^Sha Tin Central Library.*Yours/);
    expect(complaints).toEqual([]);
  });

  test('the arrow keys and Enter, or Tab and Enter, choose a branch, and a scan chooses none', async () => {
    const { page } = await openAsked('/losses');
    await page.keyboard.type('31852000000510\n');
    await ask(page).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => stored(page), { timeout }).toBe('TSTPL');
    await page.getByRole('heading', { name: 'Loss reports' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.tagName), { timeout }).toBe('MAIN');
    await page.evaluate(() => localStorage.clear());
    await page.reload();
    await ask(page).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => stored(page), { timeout }).toBe('NPPL');
  });

  test('who works at no branch sees lists of all branches, and chooses one when it is needed', async () => {
    const { page } = await openAsked('/overdue');
    await button(page, 'Not at a branch').click();
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
    expect(await page.getByLabel('Branch').locator('option:checked').textContent()).toBe('All branches');
    await page.goto(`${pages().system.url}/staff/stations`);
    const ofStation = page.getByLabel('Branch');
    expect(await ofStation.locator('option:checked').textContent()).toBe('Choose…');
    // The choice changes during the day, in both directions.
    await ownBranch(page).selectOption('NPPL');
    await page.reload();
    expect(await ofStation.inputValue()).toBe('NPPL');
    await ownBranch(page).selectOption('Not at a branch');
    await page.goto(`${pages().system.url}/staff/desk?mode=checkIn`);
    await page.getByText('Returns need a branch').waitFor();
  });

  test('of many branches one is found by its name', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      code: `B${index}`,
      name: `Public Library and Reading Room ${index} of the Western Territories`,
    }));
    const { page } = await openAsked('/losses', () => ({ data: { branches: many } }));
    await ask(page).waitFor();
    // The field has the focus, and a scan finds nothing.
    await page.keyboard.type('31852000000510\n');
    await page.getByText('No branch has this name.').waitFor();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.type('ROOM 77\n');
    expect(await page.getByRole('list', { name: 'Branches' }).getByRole('listitem').count()).toBe(12);
    expect(await violationsOf(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await sidewaysOf(page)).toBe(0);
    await page.keyboard.type('7\n');
    await expect.poll(() => stored(page), { timeout }).toBe('B777');
  });

  test('branches that can’t be read are read again, or the colleague goes on without one', async () => {
    let isBroken = true;
    const unread = {
      data: { branches: null },
      errors: [{ message: 'x', path: ['branches'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } }],
    };
    const { page } = await openAsked('/losses', () => (isBroken ? unread : null));
    await page.getByText('This could not be read').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await button(page, 'Try again').click();
    await button(page, 'Go on without a branch').waitFor();
    isBroken = false;
    await button(page, 'Try again').click();
    await button(page, 'North Point Public Library').waitFor();
    isBroken = true;
    await page.reload();
    await button(page, 'Go on without a branch').click();
    await page.getByRole('heading', { name: 'Loss reports' }).waitFor();
    expect(await ownBranch(page).locator('option:checked').textContent()).toBe('Not at a branch');
  });

  test('a branch that the library has closed is asked for again', async () => {
    const { page } = await pages().open('/losses', { branch: 'CLOSED' });
    await ask(page).waitFor();
    expect(await stored(page)).toBeNull();
    await button(page, 'Hong Kong Central Library').click();
    await page.getByRole('heading', { name: 'Loss reports' }).waitFor();
  });

  test('a library that has not listed its branches is not asked', async () => {
    const { page } = await openAsked('/stations', () => ({ data: { branches: [] } }));
    await page.getByRole('heading', { name: 'Stations', exact: true }).waitFor();
    expect(await ownBranch(page).count()).toBe(0);
    // A form takes the code of a branch.
    await page.getByLabel('Branch').fill('HKCL');
    expect(await violationsOf(page)).toEqual([]);
  });

  // This test is the last one, because it ends the session of the others.
  test('the sign-out forgets the branch, and the next sign-in asks again', async () => {
    const { page } = await pages().open('/losses', { branch: 'HKCL' });
    await button(page, 'Sign out').click();
    await page.getByText('Sign out of the library?').first().waitFor();
    expect(await stored(page)).toBeNull();
    await button(page, 'Sign out').click();
    await page.getByText('You are signed out').waitFor();
    await page.goto(`${pages().system.url}/staff/sign-in?to=/staff/losses`);
    await signIn(page, 'chan', 'demonstration');
    await ask(page).waitFor();
    expect(new URL(page.url()).pathname).toBe('/staff/losses');
  });
});
