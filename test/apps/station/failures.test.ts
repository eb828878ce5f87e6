/** Stations with a problem: in the enrolment, the connection, or a legacy system. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import {
  createShelf,
  isOut,
  itemIn,
  scan,
  startStationsInBrowser,
  textOf,
  waitMs,
} from './running-station.ts';

const missing = chromiumMissing('A station in trouble is not tested in a browser');

const wai = '21852000000066';

describe.skipIf(missing)('a station in trouble', { timeout: 150_000 }, () => {
  const under = sharedPages(startStationsInBrowser);

  const faults = () => under().system.legacy.circ.faults;
  const nextItem = createShelf();
  const greet = async (page: Page) => {
    await scan(page, wai);
    await page.locator('.remaining').waitFor();
  };

  test('that is revoked while somebody borrows says so, forgets the reader, and accepts a new code', async () => {
    const { page } = await under().open();
    await greet(page);
    const before = await under().staff.stations();
    await Promise.all(before.map((id) => under().staff.revoke(id)));
    const item = nextItem();
    await scan(page, item);
    await page.getByRole('heading', { name: 'This station is out of service' }).waitFor();
    expect(isOut(under(), item)).toBe(false);
    expect(await textOf(page.locator('body'))).not.toContain('Wai');
    await page.getByLabel('Code').fill(await under().staff.code('Again'));
    await page.keyboard.press('Enter');
    await page.locator('.tiles').waitFor();
  });

  test('that has lost its connection says so, takes no items, and recovers by itself', async () => {
    const { page, context } = await under().open();
    await context.setOffline(true);
    await page.getByRole('heading', { name: 'Out of service: no connection' }).waitFor();
    expect(await page.locator('input').count()).toBe(0);
    await context.setOffline(false);
    await page.locator('.tiles').waitFor();
  });

  test('that loses its connection during a visit shows what was done and takes no more items', async () => {
    const { page, context } = await under().open();
    await greet(page);
    const [item, late] = [nextItem(), nextItem()];
    await scan(page, item);
    await itemIn(page, 'done').waitFor();
    await context.setOffline(true);
    await page.getByText('no more items are accepted now').waitFor();
    await scan(page, late);
    expect(await page.getByLabel('Item number').isDisabled()).toBe(true);
    expect(await page.locator('.items .item').count()).toBe(1);
    await context.setOffline(false);
    await expect.poll(() => page.getByLabel('Item number').isEnabled(), { timeout: waitMs }).toBe(true);
    await scan(page, late);
    await expect.poll(() => itemIn(page, 'done').count(), { timeout: waitMs }).toBe(2);
  });

  test('whose answer is lost sends the request again, and it is done once', async () => {
    const { page } = await under().open();
    await greet(page);
    const item = nextItem();
    let lost = 0;
    await page.route('**/station/graphql', async (route) => {
      if (lost === 0 && route.request().postData()?.includes('mutation CheckOut') === true) {
        lost += 1;
        // The server gets the request, but its answer is lost.
        await route.fetch();
        await route.abort('connectionreset');
        return;
      }
      await route.continue();
    });
    await scan(page, item);
    await itemIn(page, 'done').waitFor();
    expect(lost).toBe(1);
    expect(
      [...under().system.store.circ.loans.values()].filter(({ itemNo }) => itemNo === item),
    ).toHaveLength(1);
  });

  test('whose server was upgraded reloads its page', async () => {
    const { page } = await under().open();
    const refusal = { errors: [{ message: 'no', extensions: { code: 'QUERY_NOT_IN_SAFELIST' } }] };
    await page.route('**/station/graphql', (route) => route.fulfill({ status: 400, json: refusal }), {
      times: 1,
    });
    const loaded = page.waitForEvent('load');
    await scan(page, wai);
    await loaded;
    await page.locator('.tiles').waitFor();
    await greet(page);
  });

  test('says while circulation is down that it can’t tell, and can be asked again', async () => {
    const { page } = await under().open();
    faults().set([{ kind: 'refuse' }]);
    await scan(page, wai);
    await page.getByText('Your card can’t be looked up now').waitFor();
    expect(await page.getByLabel('Item number').count()).toBe(0);
    faults().clear();
    await expect
      .poll(
        async () => {
          const again = page.getByRole('button', { name: 'Try again' });
          if (await again.isVisible()) {
            await again.click();
          }
          return await page.locator('.remaining').count();
        },
        { timeout: waitMs, interval: 1_000 },
      )
      .toBe(1);
  });

  test('says what was done and what was not when circulation goes down between two items', async () => {
    const { page } = await under().open();
    await greet(page);
    const [item, next] = [nextItem(), nextItem()];
    await scan(page, item);
    await itemIn(page, 'done').waitFor();
    faults().set([{ kind: 'refuse' }]);
    await scan(page, next);
    await itemIn(page, 'refused').waitFor();
    expect(await textOf(itemIn(page, 'refused'))).toContain('Not borrowed');
    expect(isOut(under(), next)).toBe(false);
  });

  test('shows what is under way while circulation is slow, and takes the next item meanwhile', async () => {
    const { page } = await under().open();
    await greet(page);
    const items = [nextItem(), nextItem()];
    faults().set([{ kind: 'delay', delayMs: 2_000, operations: ['CheckOut'] }]);
    await scan(page, ...items);
    await expect.poll(() => itemIn(page, 'sent').count(), { timeout: waitMs }).toBe(2);
    expect(await textOf(itemIn(page, 'sent').first())).toContain('Being recorded');
    await expect.poll(() => itemIn(page, 'done').count(), { timeout: waitMs }).toBe(2);
  });

  test('says that a check-out is unsettled, and later what became of it', async () => {
    const { page } = await under().open();
    await page.clock.install();
    await page.reload();
    await page.locator('.tiles').waitFor();
    await greet(page);
    const item = nextItem();
    faults().set([
      { kind: 'reset-after', operations: ['CheckOut'] },
      { kind: 'busy', operations: ['FindByRef'] },
    ]);
    await scan(page, item);
    await itemIn(page, 'unsettled').waitFor();
    const text = await textOf(itemIn(page, 'unsettled'));
    expect(text).toMatch(/Recorded, and being processed[\s\S]*Code [0-9A-HJKMNP-TV-Z]{8}/);
    // A reader who leaves now sees the unsettled item on the receipt.
    await page.getByRole('button', { name: 'Finish', exact: true }).click();
    await page.locator('.receipt [data-state="unsettled"]').waitFor();
    // After fifteen seconds the receipt sends the reader to the staff.
    await page.clock.fastForward(16_000);
    await page
      .locator('.receipt')
      .getByText('Please take this item to a member of staff, and give the code.')
      .waitFor();
    faults().clear();
    await page.locator('.receipt [data-state="done"]').waitFor();
    expect(isOut(under(), item)).toBe(true);
  });

  test('takes an item back although the return is unsettled, and says so', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Return items' }).click();
    faults().set([
      { kind: 'reset-after', operations: ['CheckIn'] },
      { kind: 'busy', operations: ['FindByRef'] },
    ]);
    await scan(page, '31852000000015');
    await itemIn(page, 'unsettled').waitFor();
    expect(await textOf(itemIn(page, 'unsettled'))).toMatch(/You may leave this item here[\s\S]*Code \w{8}/);
    faults().clear();
    await itemIn(page, 'done').waitFor();
    expect(isOut(under(), '31852000000015')).toBe(false);
  });
});
