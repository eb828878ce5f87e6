/**
 * The home page of a reader at `/my/`: signing in, loans, the quota, renewing, reserving, and a system that is down.
 */
import { describe, expect, test } from 'vitest';
import { formatDay } from '../../../apps/ui/src/language/format.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { lastShelfDay } from '../../support/set-up/store-for-tests.ts';
import { growOlder } from '../../system/running-system.ts';
import { sharedPages } from '../shared-pages.ts';
import { openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tested in a browser');

describe.skipIf(missing)('the reader’s page', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  test('a reader signs in with the library card, and sees loans by due day, the quota, and what is reserved', async () => {
    const { page, complaints } = await pages().signIn(readers.siuMing);
    await page.getByText('Hello, Siu Ming').waitFor();
    await page.getByText('5 of 10 borrowed').waitFor();
    expect(await page.locator('.places > .place').count()).toBe(10);
    expect(await page.locator('.places > .free').count()).toBe(5);
    expect(await page.locator('.loans > h3').count()).toBe(1);
    await page.locator('.loans > h3').getByText('Due on 29 Nov 2026', { exact: true }).waitFor();
    expect(await page.locator('.loans > .item').count()).toBe(5);
    await page.getByText('Number 1 in the queue. Pick-up branch: Sha Tin').waitFor();
    await page.getByText('HK$3.50 in all').waitFor();
    expect(complaints).toEqual([]);
  });

  test.each([
    ['full', ['10 of 10 borrowed', 'You can’t borrow now'], 10],
    ['overQuota', ['13 of 10 borrowed', 'You can borrow 0 more.'], 13],
  ] as const)('%s: the quota says so', async (who, sentences, places) => {
    const { page } = await pages().signIn(readers[who]);
    for (const sentence of sentences) {
      await page.getByText(sentence).first().waitFor();
    }
    expect(await page.locator('.places > .place').count()).toBe(places);
    expect(await page.locator('.places > .over').count()).toBe(places - 10);
  });

  test('overdue loans come first, with the charge; a waiting copy says until when and where', async () => {
    const { page } = await pages().signIn(readers.overdue);
    await page.getByText('2 items are overdue').waitFor();
    expect(await page.locator('.loans .badge').allTextContents()).toEqual(['Overdue', 'Overdue']);
    await page.getByText('HK$26.20 in all').waitFor();
    const other = await pages().signIn(readers.ready);
    const holds = other.page.getByRole('region', { name: 'Reservations' });
    await holds.getByText(`Collect it by ${formatDay(lastShelfDay(), 'en')}`).waitFor();
  });

  test('a suspended reader reads that they are suspended', async () => {
    const { page } = await pages().signIn(readers.suspended);
    await page.getByText('Your record is suspended').waitFor();
  });

  test('one loan is renewed, and then every loan that can be', async () => {
    for (const loan of ['L00000011', 'L00000012', 'L00000013']) {
      growOlder(pages().system, loan);
    }
    const { page } = await pages().signIn(readers.siuMing);
    await page.getByRole('button', { name: 'Renew Frankenstein' }).click();
    await page.getByText(/^Frankenstein is renewed, and due on/).waitFor();
    await expect.poll(() => page.locator('.loans > h3').count()).toBe(3);
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.getByText(/\d loans are renewed\./).waitFor();
    await page
      .getByRole('listitem')
      .getByText(/^Middlemarch: due on/)
      .waitFor();
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.getByText('Renewing today would not change any due date').waitFor();
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('Renew a loan').waitFor();
    expect(await page.locator('.item code').first().textContent()).toMatch(/^[0-9A-Z]{8}$/);
  });

  test('a title is found, reserved at a branch, and the reservation cancelled', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/catalogue');
    await page.getByLabel('Title, or part of it').fill('walden');
    await page.getByRole('button', { name: 'Search' }).click();
    const title = page.getByRole('article', { name: 'Walden' });
    await title.getByText(/of \d copies on the shelf/).waitFor();
    await title.getByText('Copies by branch').click();
    await title.getByRole('rowheader').first().waitFor();
    await title.getByRole('button', { name: 'Reserve Walden' }).click();
    await page.getByLabel('Pick-up branch').selectOption('HKCL');
    await page.getByRole('dialog').getByRole('button', { name: 'Reserve' }).click();
    await title.getByText('Pick-up branch: Hong Kong Central Library').waitFor();
    await title.getByRole('button', { name: 'Reserve Walden' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reserve' }).click();
    await title.getByText('This was not done').waitFor();
    await page.getByRole('link', { name: 'Loans' }).click();
    await page.getByRole('button', { name: 'Cancel the reservation of Walden' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('The reservation of Walden is cancelled.').waitFor();
    await page
      .getByRole('button', { name: 'Cancel the reservation of Walden' })
      .waitFor({ state: 'detached' });
  });

  test('no day in the past is named as the day when the next copy is due', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/catalogue');
    const copyDue = (dueOn: string) => ({
      branch: 'HKCL',
      state: 'ON_LOAN',
      location: null,
      callNumber: null,
      dueOn,
    });
    const title = (titleNumber: string, days: readonly string[]) => ({
      node: {
        titleNumber,
        title: titleNumber,
        author: null,
        available: 0,
        queueLength: 0,
        copies: days.map(copyDue),
      },
    });
    const edges = [title('B1', ['2020-01-01', '2099-12-31']), title('B2', ['2020-01-01'])];
    const titles = {
      totalCount: 2,
      complete: true,
      pageInfo: { hasNextPage: false, endCursor: null },
      edges,
    };
    await page.route('**/my/graphql', (route) => route.fulfill({ json: { data: { titles } } }));
    await page.getByLabel('Title, or part of it').fill('walden');
    await page.getByRole('button', { name: 'Search' }).click();
    await page
      .getByRole('article', { name: 'B1' })
      .getByText('The next copy is due on 31 Dec 2099.')
      .waitFor();
    await page.getByRole('article', { name: 'B2' }).getByText('The copies on loan are overdue').waitFor();
    expect(await page.getByText('2020').count()).toBe(0);
  });

  test('while circulation is down, the page says what is missing and why, shows the rest, and recovers', async () => {
    pages().system.legacy.circ.faults.set([{ kind: 'refuse' }]);
    const { page } = await pages().signIn(readers.siuMing);
    await page.getByText('Some of this could not be read').waitFor();
    await page.getByText('Hello, Siu Ming').waitFor();
    expect(await page.getByRole('region', { name: 'Loans' }).textContent()).toContain('Could not be read');
    expect(await page.locator('main').textContent()).not.toMatch(/SOAP|CIRC\b|[Ff]ault/);
    pages().system.legacy.circ.faults.clear();
    // On a loaded machine the page may ask before the circuit breaker lets calls through again, so the test tries
    // again.
    await expect
      .poll(
        async () => {
          const again = page.getByRole('button', { name: 'Try again' }).first();
          if (await again.isVisible()) {
            await again.click();
          }
          return await page.getByText('5 of 10 borrowed').count();
        },
        { timeout: patienceMs, interval: 1_000 },
      )
      .toBe(1);
  });

  test('the programs that have read somebody’s data have the names that readers know', async () => {
    const { system, signIn } = pages();
    const staff = { subject: 'chan', scope: 'patrons:read' };
    for (const clientId of ['demonstration-staff-dashboard', 'phone-"desk"']) {
      const token = await system.token({ ...staff, clientId });
      await system.read('{ patron(id: "P0000004") { name { english } } }', { token });
    }
    const { page } = await signIn(readers.nothing, '/my/access');
    await page.getByRole('cell', { name: 'Staff Dashboard' }).waitFor();
    // The library has given this one no name.
    await page.getByRole('cell', { name: 'phone-"desk"' }).waitFor();
    await page
      .getByLabel('中文')
      .or(page.getByRole('button', { name: '中文' }))
      .first()
      .click();
    await page.getByRole('cell', { name: '職員工作台' }).waitFor();
  });

  test('while circulation is slow, the page says that it is loading', async () => {
    const { page } = await pages().signIn(readers.nothing, '/my/access');
    pages().system.legacy.circ.faults.set([{ kind: 'delay', delayMs: 2_000 }]);
    await page.getByRole('link', { name: 'Loans' }).click();
    await page.getByText('Loading…').waitFor();
    await page.getByText('You have nothing on loan.').waitFor();
  });

  test('the page says that a reservation’s outcome is unknown, and shows the outcome once it is known', {
    timeout: 3 * patienceMs,
  }, async () => {
    const { page } = await pages().signIn(readers.nothing, '/my/catalogue');
    await page.getByLabel('Title, or part of it').fill('moby');
    await page.getByRole('button', { name: 'Search' }).click();
    pages().system.legacy.circ.faults.set([
      { kind: 'reset-after', operations: ['PlaceHold'], times: 1 },
      { kind: 'busy', operations: ['FindByRef'], times: 2 },
    ]);
    await page.getByRole('button', { name: 'Reserve Moby-Dick' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Reserve' }).click();
    await page.getByText('Recorded, not settled yet').waitFor();
    await page.getByText(/Code: [0-9A-Z]{8}/).waitFor();
    await page.getByText('Reserved. Pick-up branch:').waitFor({ timeout: 2 * patienceMs });
    const holds = [...pages().system.store.circ.holds.values()].filter(
      ({ cardNo }) => cardNo === readers.nothing,
    );
    expect(holds).toHaveLength(1);
  });

  test('the answer about a loan that was returned meanwhile stays, although its row is gone', async () => {
    const { page } = await pages().signIn(readers.full);
    const { system } = pages();
    const { loans, items } = system.store.circ;
    const lent = [...loans.values()].find(({ cardNo }) => cardNo === readers.full);
    const copy = items.get(lent?.itemNo ?? '') ?? expect.fail('the reader has no loan');
    const loan = page.locator('.loans > .item', { hasText: copy.title });
    await loan.waitFor();
    const token = await system.token({ scope: 'circulation:write' });
    await system.change('checkIn', 'operation { state }', { itemNumber: copy.itemNo }, { token });
    await loan.getByRole('button').click();
    await page.getByText('9 of 10 borrowed').waitFor();
    await loan.getByText('This was not done').waitFor();
    expect(await loan.getByRole('button').count()).toBe(0);
    // The next renewal takes the place of this answer.
    await page.locator('.loans > .item').last().getByRole('button').click();
    await loan.waitFor({ state: 'detached' });
  });
});
