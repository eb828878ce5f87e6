/** Paying by a card or a wallet, and for somebody else by a code, in Chromium. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { sharedPages } from '../shared-pages.ts';
import { expectNoSidewaysScrolling, openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('Paying by a card, a wallet or a code is not tested in a browser');
const phone = { viewport: { width: 360, height: 740 } };
const payHost = 'pay.rps.library.example';
const behindEnv = { CHARGES_RETURN_ORIGINS: 'https://library.example', CHARGES_PAYMENT_HOSTS: payHost };

describe.skipIf(missing)('paying elsewhere', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(() => openReaderPages({ behindEnv }));
  const rps = () => pages().system.legacy.all.get('rps')?.url ?? '';
  const payment = (page: Page) => page.getByRole('region', { name: 'Your payment' });
  const paymentIn = (answers: readonly string[]): string =>
    answers.flatMap((text) => [...text.matchAll(/"id":"(RO\d+)","state":"PENDING"/g)]).at(-1)?.[1] ??
    expect.fail('no payment is under way');

  /** Plays the page on which a card or a wallet pays. Its link leads back, as RPS does. */
  const playPayPage = (page: Page) =>
    page.route(`https://${payHost}/**`, (route) =>
      route.fulfill({
        contentType: 'text/html',
        body: `<a href="${pages().system.url}/my/charges">Back to the library</a>`,
      }),
    );

  test('who pays by a card is led to its page, and sees back in the library that it is paid', async () => {
    const { page, answers, complaints } = await pages().signIn(readers.siuMing, '/my/charges', phone);
    await playPayPage(page);
    await page.getByLabel('Card', { exact: true }).check();
    expect(await violationsOf(page)).toEqual([]);
    await expectNoSidewaysScrolling(page, 360);
    await page.getByRole('button', { name: 'Pay HK$3.50 by card' }).click();
    await payment(page).getByRole('link', { name: 'Go on to pay' }).click();
    await page.waitForURL(`https://${payHost}/**`);
    await controlPayments(rps(), { pay: paymentIn(answers) });
    await page.getByRole('link', { name: 'Back to the library' }).click();
    await payment(page).getByText('HK$3.50 is paid. Thank you.').waitFor();
    await page.reload();
    await page.getByRole('button', { name: /^Receipt for HK\$3\.50/ }).waitFor();
    expect(await payment(page).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('who comes back before the money sees it come, in Chinese', async () => {
    const { page, answers } = await pages().signIn(readers.overdue, '/my/charges', {
      ...phone,
      locale: 'zh-HK',
    });
    await playPayPage(page);
    await page.getByLabel('八達通').check();
    await page.getByRole('button', { name: '以八達通繳付 HK$26.20' }).click();
    await page.getByRole('link', { name: '前往付款' }).click();
    await page.getByRole('link', { name: 'Back to the library' }).click();
    await page.getByRole('link', { name: '前往付款' }).waitFor();
    await controlPayments(rps(), { pay: paymentIn(answers) });
    await page.getByText('已繳付 HK$26.20，多謝。').waitFor();
  });

  test('a parent pays by the code of a child’s page, and learns the sum alone', async () => {
    await raiseCharge(rps(), 'P0000004', 150);
    const child = await pages().signIn(readers.nothing, '/my/charges', phone);
    await child.page.getByRole('button', { name: 'Show a code' }).click();
    await child.page.getByRole('img', { name: 'QR code for the person who pays' }).waitFor();
    const code = (await child.page.locator('.pay-code').textContent()) ?? '';
    expect(await violationsOf(child.page)).toEqual([]);
    await expectNoSidewaysScrolling(child.page, 360);

    const { page, answers, addresses, complaints } = await pages().signIn(
      readers.ready,
      `/my/pay#${code}`,
      phone,
    );
    await page.getByText('HK$1.50 is to be paid.').waitFor();
    expect(page.url()).toBe(`${pages().system.url}/my/pay`);
    await page.getByRole('button', { name: 'Pay HK$1.50 by FPS' }).click();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    expect(await page.getByText('at any counter').count()).toBe(0);
    expect(await violationsOf(page)).toEqual([]);
    await expectNoSidewaysScrolling(page, 360);
    // A wrong choice is cancelled. After that, and after a reload, the payment goes on.
    await page.getByRole('button', { name: 'Cancel this payment' }).click();
    await page.locator('dialog[open]').getByRole('button', { name: 'Cancel this payment' }).click();
    await page.getByText('This payment is cancelled').waitFor();
    await page.getByLabel('Code', { exact: true }).fill(code);
    await page.getByRole('button', { name: 'Show the sum' }).click();
    await page.getByRole('button', { name: 'Pay HK$1.50 by FPS' }).click();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    await page.reload();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    await child.page.reload();
    await payment(child.page)
      .getByText(/^Pay HK\$1\.50 before/)
      .waitFor();
    await controlPayments(rps(), { pay: paymentIn(child.answers) });
    await payment(page).getByText('HK$1.50 is paid. Thank you.').waitFor();
    await payment(child.page).getByText('HK$1.50 is paid. Thank you.').waitFor();
    await payment(page)
      .getByText(/^RC\d+$/)
      .waitFor();
    expect(answers.join(' ')).not.toMatch(/P0000004|Copies/);
    // The end of the first address is the only place, and no server gets that.
    expect(addresses.filter((address) => address.split('#')[0]?.includes(code))).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a code that is not valid says so, whether it is typed or pasted as a link', async () => {
    const { page } = await pages().signIn(readers.ready, '/my/charges');
    await page.getByRole('link', { name: 'Pay for somebody else' }).click();
    for (const text of ['none', `${pages().system.url}/my/pay#none2`]) {
      await page.getByLabel('Code', { exact: true }).fill(text);
      await page.getByRole('button', { name: 'Show the sum' }).click();
      await page.getByText('This code is not valid, or has expired.').waitFor();
      expect(await page.getByRole('button', { name: /^Pay / }).count()).toBe(0);
    }
  });
});
