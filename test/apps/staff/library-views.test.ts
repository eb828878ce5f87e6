/** The library's lists and figures in Chromium: each view in both languages, on wide and narrow screens. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { formatDay } from '../../../apps/ui/src/language/format.ts';
import { readOrCreateKey } from '../../../embedded/key-file.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../../subgraphs/runtime/operations-config.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { sample } from '../../support/sample.ts';
import { lastShelfDay } from '../../support/set-up/store-for-tests.ts';
import { holdLive } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('The views of staff are not tested in a browser');

const minuteMs = 60_000;

const views = [
  '/',
  '/patrons',
  '/overdue',
  '/owing',
  '/hold-shelf',
  '/applications',
  '/applications/A0000001',
  '/applications/new',
  '/losses',
  '/operations',
  '/findings',
  '/notices',
];

describe.skipIf(missing)('the views of staff', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  /** Waits until the view shows all that it has read. A page that has just been opened shows nothing yet. */
  const loaded = async (page: Page) => {
    await page.locator('main h1').waitFor();
    await expect.poll(() => page.locator('.loading').count(), { timeout }).toBe(0);
  };
  const tile = (page: Page, name: string) => page.locator('.tile', { hasText: name }).locator('dd').first();

  test('today shows circulation’s figures and links to the lists', async () => {
    const { page, complaints } = await pages().open('/');
    const { loans, holds } = pages().system.store.circ;
    const overdue = [...loans.values()].filter(({ dueOn }) => dueOn < '20261124').length;
    await expect.poll(() => tile(page, 'On loan').textContent(), { timeout }).toBe(String(loans.size));
    expect(await tile(page, 'Overdue').textContent()).toBe(String(overdue));
    const ready = [...holds.values()].filter(({ state }) => state === 'R').length;
    expect(await tile(page, 'On the hold shelf').textContent()).toBe(String(ready));
    expect(await tile(page, 'Applications waiting').textContent()).toBe('1');
    expect(await tile(page, 'Loss reports').textContent()).toBe('3');
    const ages = page.getByRole('region', { name: 'Overdue by age' });
    await ages
      .getByRole('row', { name: /8 to 30 days/ })
      .getByText(String(overdue))
      .waitFor();
    await page.getByRole('link', { name: 'Overdue' }).first().click();
    await page.waitForURL('**/staff/overdue');
    expect(complaints).toEqual([]);
  });

  test('overdue loans are listed by branch, with their patrons', async () => {
    const { page } = await pages().open('/overdue');
    const rows = page.locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout }).toBe(2);
    await page.getByLabel('Branch').selectOption('HKCL');
    await expect.poll(() => rows.count(), { timeout }).toBe(1);
    expect(new URL(page.url()).search).toBe('?branch=HKCL');
    await rows.getByText('26 days').waitFor();
    await rows.getByRole('link').first().click();
    await page.waitForURL('**/staff/patrons/P0000016');
  });

  test('the hold shelf says what to do and where the copies are', async () => {
    const { page } = await pages().open('/hold-shelf');
    // Who works at no branch has to choose one.
    expect(await page.getByLabel('Branch').locator('option:checked').textContent()).toBe('Choose a branch');
    await page.getByLabel('Branch').selectOption('HKCL');
    const ready = page.locator('tbody tr', { hasText: 'On the Origin of Species' });
    await ready.getByText(formatDay(lastShelfDay(), 'en')).waitFor();
    // Only this copy of the title is on a hold shelf.
    await ready.getByText('31852000000577').waitFor();
    await page.getByLabel('Branch').selectOption('STCL');
    await page.getByText('Nothing to do here.').waitFor();
    await page.getByLabel('To do').selectOption('TO_FETCH');
    await page.getByText('Nothing to do here.').waitFor();
    // The copy is at another branch, which has to fetch it.
    await page.getByLabel('Branch').selectOption('HKCL');
    const row = page.locator('tbody tr', { hasText: 'Moby-Dick' });
    await row.getByText('F MEL').waitFor();
    await row.getByText('Sha Tin').waitFor();
  });

  test('loss reports are listed with the newest first', async () => {
    const { page } = await pages().open('/losses');
    const rows = page.locator('tbody tr');
    await expect.poll(() => rows.count(), { timeout }).toBe(3);
    expect(await rows.first().textContent()).toContain('21852000000157');
  });

  test('a finding is listed until a member of staff closes it with a reason', async () => {
    const { dataDir } = pages().system;
    const key = await readOrCreateKey(join(dataDir, 'journal.key'));
    await using journal = await openSqliteJournal({ path: journalFileIn(dataDir), secret: key });
    const evidence = {
      libraryCardNumber: '21852000000058',
      patronStatus: 'ACTIVE',
      cardState: 'ACTIVE',
      event: null,
      loans: [],
    };
    await journal.recordPatronFindings([{ kind: 'IDENTITY_DIFFERS', patronId: 'P0000003', evidence }]);
    const { page, complaints } = await pages().open('/findings');
    const row = page.locator('tbody tr', { hasText: 'Two identity numbers' });
    await row.getByRole('link', { name: 'P0000003' }).waitFor();
    expect(await row.textContent()).toContain('21852000000058');
    await row.getByRole('button', { name: 'Take it in hand' }).click();
    await row.getByText('In hand').waitFor();
    await row.getByRole('button', { name: 'Close finding' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason, for colleagues').fill('Both documents were seen.');
    await dialog.getByRole('button', { name: 'Close finding' }).click();
    await dialog.getByText('Closed.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByText('Close', { exact: true }).click();
    await expect.poll(() => row.count(), { timeout }).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('an operation is found by its code as it was heard', async () => {
    const token = await pages().system.token({ scope: 'circulation:write' });
    const { body } = await pages().system.ask(
      `mutation ($input: RenewLoanInput!) { renewLoan(input: $input) { operation { code } } }`,
      {
        token,
        variables: {
          input: { reference: 'views-1', reader: { patronId: 'P0000002' }, loanId: 'L00000999' },
        },
      },
    );
    const renewed = body.data?.renewLoan as { operation: { code: string } } | undefined;
    const code = renewed?.operation.code ?? expect.fail('no operation');
    const { page } = await pages().open('/operations');
    await page.locator('input:focus').waitFor();
    await page.keyboard.type(`${code.slice(0, 4).toLowerCase()} ${code.slice(4)}\n`);
    const row = page.locator('tbody tr');
    await row.getByText('Refused').waitFor();
    await row.getByText('Renew', { exact: true }).waitFor();
    await page.getByLabel('Reference').check();
    await page.getByRole('textbox').fill('views-1');
    await page.keyboard.press('Enter');
    await row.getByText(code).waitFor();
  });

  test('every view is reached by keyboard alone, and then its content has the focus', async () => {
    const { page } = await pages().open('/');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).hash).toBe('#content');
    expect(await page.locator('main').evaluate(isFocused)).toBe(true);
    for (const name of ['Overdue', 'Hold shelf', 'Applications', 'Losses', 'Notices']) {
      const link = page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
      for (let presses = 0; presses < 40 && !(await link.evaluate(isFocused)); presses += 1) {
        await page.keyboard.press('Shift+Tab');
      }
      await page.keyboard.press('Enter');
      await page.locator('main h1').waitFor();
      await expect.poll(() => page.locator('main').evaluate(isFocused), { timeout }).toBe(true);
    }
  });

  test('all views of the navigation are tested here, but the desk and the stations, which have tests of their own', async () => {
    const { page } = await pages().open('/');
    const links = page.getByRole('navigation', { name: 'Views' }).getByRole('link');
    const paths = await links.evaluateAll((elements) =>
      elements.map((link) => link.getAttribute('href')?.replace('/staff', '')),
    );
    expect(paths.filter((path) => !views.includes(path ?? ''))).toEqual(['/desk', '/stations']);
  });

  const windows = [
    ['en', 1280],
    ['en', 360],
    ['zh-Hant', 1280],
    ['zh-Hant', 360],
  ] as const;
  test.each(
    sample('languages and widths of the views', windows, { each: 1, kindsOf: (one) => one.map(String) }),
  )(
    'in %s and %i pixels wide, no view scrolls sideways, and a Chinese view has no English words',
    async (language, width) => {
      const { page, complaints } = await pages().open('/', { language, width });
      for (const path of views) {
        await page.goto(`${pages().system.url}/staff${path}`);
        await page.locator('main h1').waitFor();
        await loaded(page);
        expect(await sidewaysOf(page), path).toBe(0);
        if (language === 'zh-Hant') {
          const words = await page
            .locator(
              'main :is(h1, h2, th[scope=col], button, label, legend, caption, dt, .hint, .badge, .notice, .missing)',
            )
            .evaluateAll((elements) => elements.map(({ textContent }) => textContent ?? ''));
          expect(
            words.filter((text) =>
              /[A-Za-z]{2,}/.test(text.replaceAll(/[AP]0{5}\d+|Enter|CHAN, TAI MAN/g, '')),
            ),
            path,
          ).toEqual([]);
        }
      }
      expect(complaints).toEqual([]);
    },
  );

  test('while circulation is down, each list says so and the figures stay; later the lists are read again', async () => {
    pages().system.legacy.circ.faults.set([{ kind: 'busy' }]);
    const { page } = await pages().open('/');
    await loaded(page);
    expect(await tile(page, 'Overdue').textContent()).toBe('2');
    await page.goto(`${pages().system.url}/staff/overdue`);
    await page.locator('.missing').waitFor();
    await page.getByText('Some of this could not be read').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.locator('main').textContent()).not.toMatch(/SOAP|CIRC\b|ERR/);
    pages().system.legacy.circ.faults.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
  });

  test('after the session ends the page says so, and signing in again leads back to the view', async () => {
    const { page } = await pages().open('/losses');
    // While the view is still being read, the session would end by that.
    await loaded(page);
    await holdLive(page);
    await page.context().clearCookies();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Overdue' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await signIn(page, 'chan', 'demonstration');
    await page.waitForURL('**/staff/overdue');
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
  });

  test('a page that nobody uses does not prolong its session, and a page in use does', async () => {
    const { page } = await pages().open('/losses');
    await page.clock.install();
    let reads = 0;
    let isOver = false;
    await page.route('**/staff/session', async (route) => {
      reads += 1;
      const response = await route.fetch();
      const session = { ...(await response.json()), expiresAt: Date.now() + 90 * minuteMs };
      await route.fulfill({ response, json: isOver ? { signedIn: false } : session });
    });
    await page.reload();
    await loaded(page);
    expect(reads).toBe(1);
    await page.clock.fastForward(80 * minuteMs);
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Overdue' }).click();
    await expect.poll(() => page.locator('tbody tr').count(), { timeout }).toBe(2);
    await page.clock.fastForward(80 * minuteMs);
    expect(reads).toBe(1);
    isOver = true;
    await page.clock.fastForward(11 * minuteMs);
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    expect(reads).toBe(2);
  });

  test('signing out ends the session, and the page asks to sign in', async () => {
    const { page } = await pages().open('/losses');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.waitForURL((url) => !url.pathname.startsWith('/staff/losses'));
    await page.goto(`${pages().system.url}/staff/`);
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  });
});

const isFocused = (element: Element): boolean => element === document.activeElement;
