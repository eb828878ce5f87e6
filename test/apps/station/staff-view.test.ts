/** Staff enrol and revoke stations on their page, in a browser. */
import type { Page, Request, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { workAt } from '../../support/pages/work-at.ts';
import { sharedPages } from '../shared-pages.ts';
import { startStationsInBrowser, textOf, waitMs } from './running-station.ts';

const missing = chromiumMissing('The stations of the staff’s page are not tested in a browser');

describe.skipIf(missing)('the staff’s stations', { timeout: 150_000 }, () => {
  const under = sharedPages(async () => {
    await buildPage('staff');
    return await startStationsInBrowser();
  });

  async function open({ width = 1280, locale = 'en', branch = 'HKCL' as string | null } = {}): Promise<Page> {
    const page = await under().browser.newPage({ viewport: { width, height: 800 }, locale });
    page.setDefaultTimeout(waitMs);
    await workAt(page, under().system.url, branch);
    await page.goto(`${under().system.url}/staff/sign-in?to=/staff/stations`);
    await bothReadings(page, () => signIn(page, 'chan', 'demonstration'));
    await page.locator('form.row').waitFor();
    return page;
  }

  /**
   * Waits for both readings of the list that `act` causes. The second one begins when the page follows the changes of
   * stations. If it came later, it would replace the list, or the failure, that a test looks at.
   */
  async function bothReadings(page: Page, act: () => Promise<unknown>) {
    let readings = 0;
    const count = (request: Request) => {
      readings += Number(request.method() === 'GET' && request.url().includes('/station-enrolments'));
    };
    page.on('request', count);
    await act();
    await expect.poll(() => readings, { timeout: waitMs }).toBeGreaterThanOrEqual(2);
    page.off('request', count);
  }

  test('the terminals of SIP2 are listed with when they were seen, and what is wrong with them', async () => {
    const page = await open();
    expect(await page.getByRole('heading', { name: 'Machines that speak SIP2' }).count()).toBe(0);
    const common = { profile: 'station', branch: 'HKCL' };
    const lastSeenAt = '2026-11-24T04:00:00.000Z';
    const terminals = [
      { ...common, name: 'central-1', connections: 1, lastSeenAt, problems: [] },
      { ...common, name: 'central-2', connections: 1, lastSeenAt, problems: ['BLANK_DATES'] },
      { ...common, name: 'central-3', connections: 0, lastSeenAt: null, problems: ['WRONG_LOGIN'] },
    ];
    await page.route('**/staff/sip2-terminals', (route) => route.fulfill({ json: { terminals } }));
    await page.reload();
    const rowOf = async (name: string) => await textOf(page.getByRole('row', { name }));
    expect(await rowOf('central-1')).toMatch(/HKCL.*24\sNov\s2026.*Connected/s);
    expect(await rowOf('central-2')).toMatch(/It sends no dates: set its clock\./);
    expect(await rowOf('central-3')).toMatch(/Not yet.*Its password is wrong/s);
    expect(await violationsOf(page)).toEqual([]);
    // A server of SIP2 doesn't answer.
    await page.route('**/staff/sip2-terminals', (route) => route.fulfill({ status: 503 }), { times: 1 });
    await page.reload();
    await page.getByText('The library’s systems do not answer.').waitFor();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: 'central-1' }).waitFor();
    // A library without stations of ours has terminals all the same.
    await page.route('**/staff/station-enrolments*', (route) => route.fulfill({ status: 404 }));
    await page.reload();
    await page.getByText('This server has no stations.').waitFor();
    await page.getByRole('row', { name: 'central-1' }).waitFor();
    await page.close();
  });

  test('a code is made, shown once, used at the machine, and the station revoked', async () => {
    const page = await open();
    await page.getByText('No station is enrolled yet.').waitFor();
    await page.getByLabel('Name').fill('Ground floor 2');
    // The station begins with the branch where the colleague works.
    expect(await page.getByLabel('Branch').inputValue()).toBe('HKCL');
    await page.getByLabel('Branch').focus();
    await page.keyboard.press('Tab');
    await page.getByRole('button', { name: 'Make a code' }).click();
    const code = await textOf(page.locator('.station-code'));
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4} [0-9A-HJKMNP-TV-Z]{4}$/);

    const { page: machine } = await under().openMachine();
    await machine.getByLabel('Code').fill(code);
    await machine.keyboard.press('Enter');
    await machine.locator('.tiles').waitFor();

    await page.reload();
    const row = page.getByRole('row', { name: /Ground floor 2/ });
    await row.waitFor();
    expect(await textOf(page.locator('body'))).not.toContain(code);
    expect(await textOf(row)).toMatch(/HKCL.*station-[0-9a-z]{8}.*by chan/);
    await row.getByRole('button', { name: 'Revoke Ground floor 2' }).click();
    // Enter from a scanner must not press a button.
    const focused = () => page.evaluate(() => document.activeElement?.tagName);
    expect(await focused()).toBe('H2');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe(
      'Revoke Ground floor 2',
    );
    expect(await under().staff.stations()).toHaveLength(1);
    await row.getByRole('button', { name: 'Revoke Ground floor 2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await row.getByText('Revoked').waitFor();
    await expect.poll(focused, { timeout: waitMs }).toBe('MAIN');
    await machine.reload();
    await machine.getByLabel('Code').waitFor();
    await page.close();
  });

  test('a name and a branch are required, and the page says when the server does not answer', async () => {
    const page = await open({ branch: null });
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByText('Enter a name.').waitFor();
    await page.getByLabel('Name').fill('Gate');
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByText('Choose a branch.').waitFor();
    await page.getByLabel('Branch').selectOption('STCL');
    await page.route('**/station-enrolments', (route) => route.abort());
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.getByText('do not answer').waitFor();
    await page.close();
  });

  test('a list that can’t be read leaves the code on the page, and can be tried again', async () => {
    const page = await open();
    await page.locator('table, .empty').first().waitFor();
    const list = page.getByRole('region', { name: 'Enrolled stations' });
    await page.route('**/station-enrolments', (route) =>
      route.request().method() === 'GET' ? route.abort() : route.continue(),
    );
    await page.getByLabel('Name').fill('Gate');
    await page.getByRole('button', { name: 'Make a code' }).click();
    await page.locator('.station-code').waitFor();
    await list.getByText('do not answer').waitFor();
    const code = await textOf(page.locator('.station-code'));
    await page.unroute('**/station-enrolments');
    await list.getByRole('button', { name: 'Try again' }).click();
    await list.getByText('do not answer').waitFor({ state: 'detached' });
    expect(await textOf(page.locator('.station-code'))).toBe(code);
    await page.close();
  });

  /**
   * Opens a list of two pages with one station each. `answer` handles a request for a page of the list. If `answer`
   * returns undefined, the request gets the page.
   */
  async function openTwoPages(answer: (route: Route, after: string | null) => Promise<void> | undefined) {
    const page = await open();
    await page.route('**/station-enrolments*', (route) => {
      const after = new URL(route.request().url()).searchParams.get('after');
      return answer(route, after) ?? route.fulfill({ json: listed(after === null ? 1 : 2) });
    });
    await bothReadings(page, () => page.reload());
    await page.getByRole('row', { name: /Gate 1/ }).waitFor();
    const next = page.getByRole('button', { name: 'Next' });
    const isOnNext = () => next.evaluate((button) => button === document.activeElement);
    await next.focus();
    return { page, isOnNext };
  }

  const listed = (number: 1 | 2) => ({
    stations: [
      {
        id: `s${number}`,
        name: `Gate ${number}`,
        branch: 'HKCL',
        enrolledAt: 0,
        enrolledBy: 'chan',
        lastSeenAt: null,
        revoked: false,
      },
    ],
    pageInfo: { hasNextPage: number === 1, endCursor: number === 1 ? 'a+b' : 'c' },
    totalCount: 2,
  });

  test('a long list comes in pages: the page before and the focus stay until the next page comes', async () => {
    const asked: (string | null)[] = [];
    const release = Promise.withResolvers<void>();
    const { page, isOnNext } = await openTwoPages((route, after) => {
      asked.push(after);
      return after === null ? undefined : release.promise.then(() => route.fulfill({ json: listed(2) }));
    });
    await page.keyboard.press('Enter');
    await page.locator('[aria-busy=true]', { hasText: 'Gate 1' }).waitFor();
    expect(await isOnNext()).toBe(true);
    release.resolve();
    await page.getByRole('row', { name: /Gate 2/ }).waitFor();
    await page.getByText('Page 2 · 2 in all').waitFor();
    expect(await page.getByRole('row', { name: /Gate 1/ }).count()).toBe(0);
    expect(await isOnNext()).toBe(true);
    expect(asked.at(-1)).toBe('a+b');
    await page.close();
  });

  test('after a failed page the one before stays, and one can go back or try again', async () => {
    let isBroken = true;
    const { page, isOnNext } = await openTwoPages((route, after) =>
      after !== null && isBroken ? route.abort() : undefined,
    );
    await page.keyboard.press('Enter');
    const failure = page.getByText('do not answer');
    await failure.waitFor();
    await page.getByRole('row', { name: /Gate 1/ }).waitFor();
    expect(await isOnNext()).toBe(true);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Page 1 · 2 in all').waitFor();
    await failure.waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await failure.waitFor();
    isBroken = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('row', { name: /Gate 2/ }).waitFor();
    await failure.waitFor({ state: 'detached' });
    await page.close();
  });

  test('after a page is refused to the account, one can go back', async () => {
    const { page, isOnNext } = await openTwoPages((route, after) =>
      after === null ? undefined : route.fulfill({ status: 403, json: {} }),
    );
    await page.keyboard.press('Enter');
    const refusal = page.getByText('which you do not have');
    await refusal.waitFor();
    expect(await isOnNext()).toBe(true);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Page 1 · 2 in all').waitFor();
    await refusal.waitFor({ state: 'detached' });
    await page.close();
  });

  test.each([
    [1280, 'en'],
    [360, 'zh-HK'],
  ])(
    'axe finds no violation, %i pixels wide, in %s, and the page does not scroll sideways',
    async (width, locale) => {
      const page = await open({ width, locale });
      await page.locator('form.row input').fill('Gate');
      await page.locator('form.row button').click();
      await page.locator('.station-code').waitFor();
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      await page.close();
    },
  );
});
