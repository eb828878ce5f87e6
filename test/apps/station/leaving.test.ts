/** A reader leaves a station while requests are under way. The receipt shows the outcome of each. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { holdRequests } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import {
  createShelf,
  isOut,
  itemIn,
  scan,
  startStationsInBrowser,
  stopClock,
  textOf,
  untilWelcomed,
  waitMs,
} from './running-station.ts';

const missing = chromiumMissing('Leaving a station is not tested in a browser');

const [siuMing, wai] = ['21852000000033', '21852000000066'];

describe.skipIf(missing)('a reader who leaves a station', { timeout: 150_000 }, () => {
  const under = sharedPages(startStationsInBrowser);

  const nextItem = createShelf();
  const onReceipt = (page: Page, state: string) => page.locator(`.receipt [data-state="${state}"]`);

  test('sees the receipt first when another card is scanned, with unsent items marked as not recorded', async () => {
    const { page } = await under().open();
    await scan(page, wai);
    await page.locator('.remaining').waitFor();
    const letThrough = await holdRequests(page, 'mutation CheckOut');
    const items = [nextItem(), nextItem(), nextItem(), nextItem()];
    await scan(page, ...items);
    await expect.poll(() => itemIn(page, 'sent').count(), { timeout: waitMs }).toBe(3);
    await scan(page, siuMing);
    await onReceipt(page, 'notSent').waitFor();
    expect(await textOf(onReceipt(page, 'notSent'))).toContain('Not recorded: this item is not lent');
    letThrough();
    await expect.poll(() => onReceipt(page, 'done').count(), { timeout: waitMs }).toBe(3);
    expect(items.map((item) => isOut(under(), item))).toEqual([true, true, true, false]);
    await page.getByRole('button', { name: 'Continue with this card' }).click();
    await page.getByText('Hello, Siu Ming').waitFor();
    expect(await page.locator('.items .item').count()).toBe(0);
  });

  test('without finishing leaves the receipt for a minute, with the unsent items', async () => {
    const { page } = await under().open();
    await stopClock(page);
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    const letThrough = await holdRequests(page, 'mutation CheckOut');
    // The page sends three items every fifteen seconds. So it can't send all of these items within a minute.
    await scan(
      page,
      ...Array.from({ length: 20 }, (_, index) => `3185200099${String(index).padStart(4, '0')}`),
    );
    await expect.poll(() => itemIn(page, 'sent').count(), { timeout: waitMs }).toBe(3);
    await page.clock.runFor(61_000);
    await onReceipt(page, 'notSent').first().waitFor();
    expect(await textOf(page.locator('body'))).not.toContain('Wai');
    await page.clock.runFor(45_000);
    expect(await page.locator('.receipt').count()).toBe(1);
    await page.clock.runFor(16_000);
    await untilWelcomed(page);
    letThrough();
  });

  test('reads about the item that changed last, also while doing something else', async () => {
    const { page } = await under().open();
    await scan(page, wai);
    await page.locator('.remaining').waitFor();
    const [first, second] = [nextItem(), nextItem()];
    const letThrough = await holdRequests(page, 'mutation CheckOut', first);
    const told = page.locator('.frame > [role=status]');
    await scan(page, first, second);
    await itemIn(page, 'done').waitFor();
    await expect
      .poll(() => told.allTextContents(), { timeout: waitMs })
      .toContainEqual(expect.stringContaining('Borrowed'));
    const before = (await told.allTextContents()).join();
    await page.getByRole('button', { name: 'Return items' }).click();
    under().system.legacy.circ.faults.set([{ kind: 'busy', operations: ['CheckOut'] }]);
    letThrough();
    await expect
      .poll(async () => (await told.allTextContents()).join(), { timeout: waitMs })
      .not.toBe(before);
    expect((await told.allTextContents()).join()).toContain(`Item ${first}: Not borrowed`);
  });

  test.each([
    ['REFUSED', 'refused', 'Not renewed', [{ code: 'SYSTEM_UNAVAILABLE', message: 'Circulation is down.' }]],
    ['UNSETTLED', 'unsettled', 'Recorded, and being processed.', []],
  ])('after a renewal that is %s does not read “Renewed”', async (state, shown, said, problems) => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Renew loans' }).click();
    await scan(page, siuMing, '1234');
    await page.getByRole('heading', { name: 'Your loans' }).waitFor();
    const renewLoans = {
      operation: { state, code: '7K2M9QXR' },
      renewals: [],
      problems: problems.map((problem) => ({ ...problem, mayRetryAt: null })),
    };
    await page.route('**/station/graphql', (route) => route.fulfill({ json: { data: { renewLoans } } }));
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.locator('.notice').getByText(said).waitFor();
    await page.getByRole('button', { name: 'Finish with receipt' }).click();
    const receipt = page.locator('.receipt');
    await onReceipt(page, shown).waitFor();
    expect(await textOf(receipt)).toContain(said);
    expect(await textOf(receipt)).toContain('Code 7K2M9QXR');
    for (const { message } of problems) {
      expect(await textOf(receipt)).toContain(message);
    }
    expect(await receipt.getByRole('heading').allTextContents()).toEqual(['Not done, or not certain yet']);
  });

  test('after a rejected renewal reads why', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Renew loans' }).click();
    await scan(page, siuMing, '1234');
    await page.getByRole('heading', { name: 'Your loans' }).waitFor();
    const errors = [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }];
    await page.route('**/station/graphql', (route) => route.fulfill({ status: 403, json: { errors } }));
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.locator('.notice').getByText('Not renewed').waitFor();
    await page.getByRole('button', { name: 'Finish with receipt' }).click();
    await onReceipt(page, 'refused').waitFor();
    expect(await textOf(page.locator('.receipt'))).toContain('Your account has no right to this.');
  });
});
