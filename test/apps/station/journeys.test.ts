/** Readers' visits at a station, in a real browser. */
import { afterEach, describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sharedPages } from '../shared-pages.ts';
import {
  createShelf,
  itemIn,
  scan,
  startStationsInBrowser,
  stopClock,
  textOf,
  untilWelcomed,
  waitMs,
} from './running-station.ts';

const missing = chromiumMissing('The station is not tested in a browser');

/** Library cards: Siu Ming has five loans and may borrow five more, Wai has no loans, and Tai Man has ten. */
const [siuMing, wai, taiMan] = ['21852000000033', '21852000000066', '21852000000017'];

describe.skipIf(missing)('a station', { timeout: 120_000 }, () => {
  const under = sharedPages(startStationsInBrowser);
  afterEach(async () => {
    expect(await under().takeBack()).toEqual([]);
  });

  const loansOf = (card: string) =>
    [...under().system.store.circ.loans.values()]
      .filter(({ cardNo }) => cardNo === card)
      .map(({ itemNo }) => itemNo);
  const nextItem = createShelf();
  const nextItems = (count: number) => Array.from({ length: count }, nextItem);

  test('does nothing until it is enrolled, and stays enrolled after a reload', async () => {
    const { page, context } = await under().openMachine();
    expect(await textOf(page.locator('h1'))).toBe('This machine is not a station yet');
    await page.getByLabel('Code').fill((await under().staff.code('Gate')).toLowerCase());
    await page.getByRole('button', { name: 'Enrol this machine' }).click();
    await page.locator('.tiles').waitFor();
    await page.locator('header').getByText('Hong Kong Central Library · Gate').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.locator('header').getByText('香港中央圖書館 · Gate').waitFor();
    await page.reload();
    await page.locator('.tiles').waitFor();
    const [cookie, ...others] = await context.cookies();
    expect(others).toEqual([]);
    expect(cookie).toMatchObject({
      name: '__Host-station',
      httpOnly: true,
      secure: true,
      sameSite: 'Strict',
      path: '/',
    });
    expect(cookie?.expires).toBeGreaterThan(Date.now() / 1_000 + 390 * 24 * 3_600);
  });

  test('shows no code of a branch while the names of the branches can’t be read, and the name later', async () => {
    const { page } = await under().open();
    const errors = [{ message: 'down', path: ['branches'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }];
    await page.route('**/station/graphql', (route) =>
      route.request().postData()?.includes('query BranchesOfLibrary') === true
        ? route.fulfill({ json: { data: { branches: null }, errors } })
        : route.continue(),
    );
    await page.reload();
    await page.locator('.tiles').waitFor();
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    expect(await textOf(page.locator('.page-name'))).toBe('Ground floor 1');
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.locator('header').getByText('Hong Kong Central Library · Ground floor 1').waitFor();
  });

  test('says to which branch a returned item must go, and nothing of another if it stays', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Return items' }).click();
    // The station is at HKCL. The first item belongs to STCL, and the second one to HKCL.
    await scan(page, '31852000000411', '31852000000403');
    await expect.poll(() => itemIn(page, 'done').count(), { timeout: waitMs }).toBe(2);
    expect(await textOf(itemIn(page, 'done').last())).toContain(
      'It goes to Sha Tin Central Library: please put it on the shelf for other branches',
    );
    expect(await textOf(itemIn(page, 'done').first())).toContain('Returned');
  });

  test('lends three items, takes one back, renews with a PIN, and shows a receipt with a code for each', async () => {
    const { page } = await under().open();
    const items = nextItems(3);
    await scan(page, wai, ...items);
    await expect.poll(() => itemIn(page, 'done').count(), { timeout: waitMs }).toBe(3);
    expect(await textOf(page.locator('h1'))).toBe('Hello, Wai');
    expect(await textOf(page.locator('.remaining'))).toBe('You may borrow 7 more items.');
    expect(new Set(loansOf(wai))).toEqual(new Set(items));

    await page.getByRole('button', { name: 'Return items' }).click();
    await scan(page, items[0] ?? '');
    await itemIn(page, 'done').waitFor();
    expect(await textOf(itemIn(page, 'done'))).toContain('Returned');
    expect(loansOf(wai)).toHaveLength(2);

    await page.getByRole('button', { name: 'Renew loans' }).click();
    expect(await page.getByLabel('Library card number').inputValue()).toBe(wai);
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Renew all' }).click();
    // The items were lent a moment ago, so a renewal would gain nothing and is refused.
    await expect.poll(() => page.locator('.item[data-state="REFUSED"]').count(), { timeout: waitMs }).toBe(2);

    await page.getByRole('button', { name: 'Finish with receipt' }).click();
    const receipt = page.locator('.receipt');
    const codes = (await textOf(receipt)).match(/Code [0-9A-HJKMNP-TV-Z]{8}/g);
    expect(new Set(codes).size).toBe(5);
    expect(await receipt.getByRole('heading').allTextContents()).toEqual([
      'Not done, or not certain yet',
      'Borrowed',
      'Returned',
    ]);
    expect(await textOf(receipt)).toMatch(
      /^Lion Rock Public LibraryHong Kong Central Library · Ground floor 1\d{1,2}\s[A-Z][a-z]{2}\s\d{4}, \d\d:\d\d/,
    );
    // Three were borrowed, one of them was returned, and two were not renewed.
    expect((await textOf(receipt)).match(/31852\d{9}/g)).toHaveLength(6);
    expect(await textOf(receipt)).not.toContain('Wai');
    await page.getByRole('button', { name: 'Finish' }).click();
    await page.locator('.tiles').waitFor();
  });

  test('renews the loans that are due soon, one by one and all at once', async () => {
    const { page } = await under().open();
    for (const loan of under().system.store.circ.loans.values()) {
      if (loan.cardNo === siuMing) {
        under().system.store.circ.loans.put({ ...loan, dueOn: '20261126' });
      }
    }
    await page.getByRole('button', { name: 'Renew loans' }).click();
    await scan(page, siuMing, '1234');
    const loans = page.locator('.items .item');
    await expect.poll(() => loans.count(), { timeout: waitMs }).toBe(5);
    await loans.first().getByRole('button').click();
    await page.locator('.item[data-state="DONE"]').first().waitFor();
    await page.getByRole('button', { name: 'Renew all' }).click();
    await expect.poll(() => page.locator('.item[data-state]').count(), { timeout: waitMs }).toBe(5);
    expect(await page.locator('.item[data-state="DONE"]').count()).toBeGreaterThanOrEqual(3);
  });

  test('reads a scanner at its full speed, wherever the focus is', async () => {
    const { page } = await under().open();
    const items = nextItems(3);
    await page.getByRole('button', { name: 'Return items' }).focus();
    await scan(page, siuMing);
    await page.getByRole('button', { name: 'Renew loans' }).focus();
    // A shaking hand scans the same item twice.
    await scan(page, items[0] ?? '', items[0] ?? '', ...items.slice(1));
    await expect.poll(() => itemIn(page, 'done').count(), { timeout: waitMs }).toBe(3);
    expect(loansOf(siuMing)).toEqual(expect.arrayContaining(items));
    expect(new Set(loansOf(siuMing)).size).toBe(loansOf(siuMing).length);
  });

  test('says why an item can’t be borrowed and what to do with it', async () => {
    const { page } = await under().open();
    await scan(page, wai);
    await scan(page, '31852000000718');
    await itemIn(page, 'refused').waitFor();
    expect(await textOf(itemIn(page, 'refused'))).toMatch(/Not borrowed[\s\S]*to the staff/);
    await scan(page, '31852000009998');
    await expect.poll(() => itemIn(page, 'refused').count(), { timeout: waitMs }).toBe(2);
    await scan(page, '12345');
    await page.getByText('This is not the number of an item.').waitFor();
    expect(await page.locator('.items .item').count()).toBe(2);
  });

  test('says before the first item that the quota is used up', async () => {
    const { page } = await under().open();
    await scan(page, taiMan);
    await page.getByText('You can’t borrow now').waitFor();
    expect(await textOf(page.locator('.notice'))).toContain('You have ten items out');
    await page.getByRole('button', { name: 'Return items' }).click();
    await page.getByLabel('Item number').waitFor();
  });

  test.each([
    ['a lost card', '21852000000157', 'This card can’t be used'],
    ['an unknown card', '21852000009990', 'This card was not found'],
    ['the card of a suspended reader', '21852000000199', 'You can’t borrow now'],
    ['the number of a smart identity card', '21852000000041', 'Please use the card itself'],
  ])('refuses %s, and serves the next reader', async (_case, card, said) => {
    const { page } = await under().open();
    await scan(page, card);
    await page.getByText(said).waitFor();
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    expect(await textOf(page.locator('body'))).not.toContain(said);
  });

  test('lends by the two facts of a smart identity card, as a card reader types them', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Smart identity card' }).click();
    await scan(page, 'B654321(4)', '20200602');
    const [item = ''] = nextItems(1);
    await scan(page, item);
    await itemIn(page, 'done').waitFor();
    expect(loansOf('21852000000041')).toContain(item);
    expect(await textOf(page.locator('body'))).not.toContain('B654321');
  });

  test('accepts the replacement of a lost smart identity card, if the reader agrees', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Smart identity card' }).click();
    await scan(page, 'K778899(1)', '2026-11-20');
    await page.getByRole('button', { name: 'Yes, use this card' }).click();
    await page.locator('.remaining').waitFor();
    expect(under().system.store.cms.cards.get('21852000000116')?.status).toBe('ACT');
  });

  test('says that the number or the PIN is wrong, and keeps neither', async () => {
    const { page } = await under().open();
    await page.getByRole('button', { name: 'Renew loans' }).click();
    await scan(page, wai, '9999');
    await page.getByRole('alert').waitFor();
    expect(await page.getByLabel('PIN').inputValue()).toBe('');
    await page.getByLabel('PIN').fill('1234');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Your loans' }).waitFor();
  });

  test('ends the visit of a reader who has left when another reader’s card is scanned', async () => {
    const { page } = await under().open();
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    await scan(page, siuMing);
    await page.getByText('Hello, Siu Ming').waitFor();
    await page.getByRole('button', { name: 'Return items' }).click();
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
  });

  test('forgets the reader after a minute without a touch, with a countdown from ten', async () => {
    const { page } = await under().open();
    await stopClock(page);
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    await page.clock.runFor(45_000);
    expect(await page.locator('.countdown').count()).toBe(0);
    await page.clock.runFor(6_000);
    await page.locator('.countdown').waitFor();
    // Any key continues the visit, even the first key of a scanned number.
    const [item = ''] = nextItems(1);
    await scan(page, item);
    await page.clock.runFor(1_000);
    expect(await page.locator('.countdown').count()).toBe(0);
    // The page sends an unsettled request again after two seconds.
    const said = async () => {
      await page.clock.runFor(200);
      return await textOf(page.locator('.items'));
    };
    await expect.poll(said, { timeout: waitMs, interval: 300 }).toContain('Borrowed');
    await page.clock.runFor(61_000);
    await untilWelcomed(page);
    expect(await textOf(page.locator('body'))).not.toContain('Wai');
  });

  test('keeps nothing of a reader in history, storage or the page', async () => {
    const { page } = await under().open();
    const lengthBefore = await page.evaluate(() => history.length);
    await scan(page, wai);
    await page.getByText('Hello, Wai').waitFor();
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByText('Wai，你好').waitFor();
    expect(await page.title()).not.toContain('Wai');
    await page.getByRole('button', { name: '完成' }).click();
    // At the end of the visit, the page also forgets the language.
    await page.getByRole('heading', { name: 'Scan your library card' }).waitFor();
    const kept = await page.evaluate(async () => ({
      history: history.length,
      state: history.state as unknown,
      storage: [localStorage.length, sessionStorage.length],
      databases: (await indexedDB.databases()).length,
      caches: (await caches.keys()).length,
      html: document.documentElement.outerHTML,
    }));
    expect(kept).toMatchObject({
      history: lengthBefore,
      state: null,
      storage: [0, 0],
      databases: 0,
      caches: 0,
    });
    expect(kept.html).not.toMatch(/Wai|21852000000066/);
    expect(page.url()).toBe(`${under().system.url}/station/`);
  });

  test('works by keyboard alone, and its targets are big enough for a finger', async () => {
    const { page } = await under().open();
    const target = async () => {
      const box = await page.evaluate(() => document.activeElement?.getBoundingClientRect().height ?? 0);
      expect(box).toBeGreaterThanOrEqual(48);
      return await page.evaluate(() => document.activeElement?.textContent ?? '');
    };
    for (let tabs = 0; !(await target()).startsWith('Return items'); tabs += 1) {
      expect(tabs).toBeLessThan(10);
      await page.keyboard.press('Tab');
    }
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Return items' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.press('Shift+Tab');
    expect(await target()).toBe('Finish');
    await page.keyboard.press('Enter');
    await page.locator('.tiles').waitFor();
  });

  test.each([
    [1024, 'en'],
    [360, 'zh-HK'],
  ])(
    'has no view with axe violations or sideways scrolling, %i pixels wide, in %s',
    async (width, locale) => {
      const { page } = await under().open({ width, locale });
      const check = async (view: string) => {
        expect(await violationsOf(page), view).toEqual([]);
        const scrolled = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(scrolled, view).toBeLessThanOrEqual(width);
      };
      const isChinese = locale.startsWith('zh');
      const press = (english: string, chinese: string) =>
        page
          .getByRole('button', { name: isChinese ? chinese : english })
          .first()
          .click();
      await check('welcome');
      await press('Smart identity card', '智能身份證');
      await check('smart identity card');
      await press('Back', '返回');
      await scan(page, wai, '31852000000718');
      await itemIn(page, 'refused').waitFor();
      await check('lending');
      if (isChinese) {
        expect(await textOf(page.locator('body'))).toContain('未能借閱');
      }
      await press('Return items', '歸還館藏');
      await scan(page, '31852000000726');
      await itemIn(page, 'refused').waitFor();
      await check('returning');
      await press('Renew loans', '續借');
      await page.keyboard.type('1234');
      await page.keyboard.press('Enter');
      await page.locator('.items, .remaining').first().waitFor();
      await check('renewing');
      await press('Finish with receipt', '完成並顯示收據');
      await page.locator('.receipt').waitFor();
      await check('receipt');
    },
  );
});
