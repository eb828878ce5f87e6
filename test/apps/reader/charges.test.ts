/** A reader pays on the phone, in Chromium: the QR code, what becomes of the payment, and the receipts. */
import type { Locator, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import {
  controlPayments,
  raiseCharge,
  whileClosed,
  whileClosedTonight,
} from '../../support/services/payment-system.ts';
import { sharedPages } from '../shared-pages.ts';
import { expectNoSidewaysScrolling, openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('Paying on the phone is not tested in a browser');
const phone = { viewport: { width: 360, height: 740 } };

describe.skipIf(missing)('paying on the phone', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);
  const url = () => pages().system.legacy.all.get('rps')?.url ?? '';
  const play = (wanted: object) => controlPayments(url(), wanted);

  /** The number of the payment that the tab was told of last. */
  const paymentIn = (answers: readonly string[]): string =>
    answers.flatMap((text) => [...text.matchAll(/"id":"(RO\d+)","state":"PENDING"/g)]).at(-1)?.[1] ??
    expect.fail('no payment is under way');
  const payment = (page: Page) => page.getByRole('region', { name: 'Your payment' });
  /** Presses “Try again” until the page shows `expected`. */
  const readAgain = (page: Page, expected: Locator) =>
    expect
      .poll(
        async () => {
          const again = page.getByRole('button', { name: '再試' }).first();
          if (await again.isVisible()) {
            await again.click();
          }
          return await expected.count();
        },
        { timeout: patienceMs, interval: 500 },
      )
      .toBe(1);

  test('chosen charges are paid with a QR code, the page says so by itself, and the receipt is there', async () => {
    const { page, answers, complaints } = await pages().signIn(readers.overdue, '/my/', phone);
    await page.getByRole('link', { name: 'Pay, and see receipts' }).click();
    await page.getByText('HK$26.20 in all.').waitFor();
    await page.getByLabel('Printing: A4, 26 pages; <duplex> & stapled').uncheck();
    await page.getByRole('button', { name: 'Pay HK$21.00 by FPS' }).click();
    await page.getByRole('img', { name: 'QR code to pay HK$21.00' }).waitFor();
    await payment(page)
      .getByText(/Pay HK\$21\.00 before/)
      .waitFor();
    await page.getByText('It is in the payment above').waitFor();
    expect(await page.getByRole('link', { name: 'Save the code as a picture' }).getAttribute('href')).toMatch(
      /^data:image\/png/,
    );
    expect(await violationsOf(page)).toEqual([]);
    await expectNoSidewaysScrolling(page, 360);

    await play({ pay: paymentIn(answers) });
    await payment(page).getByText('HK$21.00 is paid. Thank you.').waitFor();
    await page.getByText('HK$5.20 in all.').waitFor();
    await page.getByRole('button', { name: /^Receipt for HK\$21\.00/ }).click();
    const link = page.getByRole('link', { name: /^Receipt RC\d+ \(PDF/ });
    const downloading = page.waitForEvent('download');
    await link.click();
    expect((await downloading).suggestedFilename()).toMatch(/^RC\d+\.pdf$/);
    expect(await violationsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('a payment is there after a reload, and is cancelled; another one expires, and its money comes late', async () => {
    await raiseCharge(url(), 'P0000004', 150);
    const { page, answers } = await pages().signIn(readers.nothing, '/my/charges', phone);
    const begin = () => page.getByRole('button', { name: 'Pay HK$1.50 by FPS' }).click();
    await begin();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    await page.reload();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    await page.getByRole('button', { name: 'Cancel this payment' }).click();
    const dialog = page.locator('dialog[open]');
    await dialog.getByText('Do not cancel if you have already paid').waitFor();
    await dialog.getByRole('button', { name: 'Cancel this payment' }).click();
    await page.getByText('This payment is cancelled').waitFor();

    await begin();
    await page.getByRole('img', { name: 'QR code to pay HK$1.50' }).waitFor();
    const paymentId = paymentIn(answers);
    await play({ expire: paymentId });
    await page.getByText('The time for this payment is over').waitFor();
    await page.getByRole('button', { name: 'Pay HK$1.50 by FPS' }).waitFor();
    await play({ pay: paymentId });
    await page.getByText('Your money came too late').waitFor();
    await page.getByText('HK$1.50 in all.').waitFor();
  });

  test('a payment under way stays on the page while the payment system is closed', async () => {
    await raiseCharge(url(), 'P0000004', 250);
    const { page } = await pages().signIn(readers.nothing, '/my/charges', phone);
    await page.getByRole('button', { name: /^Pay HK\$/ }).click();
    await page.getByRole('img', { name: /^QR code to pay/ }).waitFor();
    await play(whileClosed());
    try {
      await page.reload();
      await payment(page)
        .getByText(/is to be paid|Pay HK|over/)
        .first()
        .waitFor();
      await page.getByText('The payment system is closed every night').first().waitFor();
    } finally {
      await play({ clock: 'real' });
    }
  });

  test('a payment under way stays while it can’t be read, and the page still says that it is paid', async () => {
    await raiseCharge(url(), 'P0000013', 250);
    const { page, answers } = await pages().signIn(readers.suspended, '/my/charges', phone);
    await page.getByRole('button', { name: /^Pay HK\$/ }).click();
    const code = page.getByRole('img', { name: /^QR code to pay/ });
    await code.waitFor();
    const errors = [
      { message: 'down', path: ['me', 'account'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ];
    await page.route('**/my/graphql', (route) =>
      route.request().postData()?.includes('query PaymentNow') === true
        ? route.fulfill({ json: { data: { me: { account: null } }, errors } })
        : route.continue(),
    );
    await payment(page).getByText('Some of this could not be read').waitFor();
    expect(await code.count()).toBe(1);
    await page.unrouteAll({ behavior: 'wait' });
    await play({ pay: paymentIn(answers) });
    await payment(page)
      .getByText(/ is paid\. Thank you\.$/)
      .waitFor();
  });

  test('a refusal goes when the charges have changed', async () => {
    const fee = await raiseCharge(url(), 'P0000013', 350);
    const { page, answers } = await pages().signIn(readers.suspended, '/my/charges', phone);
    await page.getByRole('button', { name: /^Pay HK\$/ }).waitFor();
    const other = await pages().system.change<{ payment: { id: string } }>(
      'startPayment',
      'payment { id } operation { state }',
      { patronId: 'P0000013', charges: [fee], method: 'FPS' },
      { token: await pages().system.token({ patronId: 'P0000013' }) },
    );
    await page.getByRole('button', { name: /^Pay HK\$/ }).click();
    await payment(page)
      .getByText(/^Pay HK\$3\.50 before/)
      .waitFor();
    await play({ pay: other.payment.id });
    await payment(page).getByText('HK$3.50 is paid. Thank you.').waitFor();
    expect(answers.join(' ')).toContain('This charge is in a payment');
    expect(await page.getByText('This charge is in a payment').count()).toBe(0);
  });

  test('what was given back is told with its reason, and the digits of a card are not that somebody else paid with', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/charges');
    await page
      .getByText('HK$50.00 was given back, 9 Nov 2026, 11:00. The room was closed for an hour')
      .waitFor();
    const other = await pages().signIn(readers.ready, '/my/charges');
    await other.page.getByText('HK$20.00 Card').waitFor();
    expect(await other.page.getByText('4242').count()).toBe(0);
  });

  test('at the end of the day a refusal says until when payments are closed, and stays until they are open, in Chinese, too', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/charges', { locale: 'zh-HK' });
    const pay = page.getByRole('button', { name: /^以轉數快繳付/ });
    const refusal = page.getByText(/^繳費系統暫停服務至 .*。未有付款。$/);
    const isClosed = page.getByText('繳費系統每晚 23:30 至 00:15 暫停服務').first();
    await pay.waitFor();
    await play(whileClosedTonight());
    try {
      await pay.click();
      await refusal.waitFor();
      // The page reads the account again after the refusal, and the payment system doesn't tell it.
      await pay.waitFor({ state: 'detached' });
      await isClosed.waitFor();
      expect(await refusal.count()).toBe(1);
      expect(await violationsOf(page)).toEqual([]);
      await play({ clock: 'real' });
      await readAgain(page, pay);
      expect(await refusal.count()).toBe(0);

      await play(whileClosedTonight());
      await page.reload();
      await isClosed.waitFor();
      expect(await violationsOf(page)).toEqual([]);
      const ofCirculation = { kind: 'OD', loanNo: 'L00000044', raisedOn: '20261112' } as const;
      const charge = { ...ofCirculation, chargeNo: 'F0009998', cardNo: readers.overdue, cents: 450 };
      pages().system.store.circ.charges.put(charge);
      const night = await pages().signIn(readers.overdue, '/my/charges', phone);
      await night.page.getByText('This is what is owed for loans.').waitFor();
      await night.page.getByText('HK$4.50').first().waitFor();
    } finally {
      await play({ clock: 'real' });
    }
  });
});

describe.skipIf(missing)('a library without a payment system', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(() => openReaderPages({ hasAddedSystems: false }));

  test('says that it takes payments at a counter, has what circulation tells among the loans, and no links to payments', async () => {
    const { page } = await pages().signIn(readers.overdue);
    await page.getByText('HK$21.00 in all.').waitFor();
    await page.getByText('Please pay at a counter.').waitFor();
    const toCharges = page.locator('a[href="/my/charges"]');
    expect(await toCharges.count()).toBe(0);
    await page.goto(`${pages().system.url}/my/more`);
    await page.locator('main a[href="/my/contact"]').waitFor();
    await toCharges.first().waitFor({ state: 'detached' });
    await page.goto(`${pages().system.url}/my/charges`);
    await page.getByText('This library takes payments at a counter only.').waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });
});
