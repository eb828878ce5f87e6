/** Charges at a counter, in Chromium: the till's payment, its receipt, waiving and giving back, and the list of who owes. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { controlPayments, whileClosed } from '../../support/services/payment-system.ts';
import { sharedPages } from '../shared-pages.ts';
import { itemsOnShelf, rowsOf, scan } from './desk/desk-view.ts';
import { openDialog, section, tabTo } from './patron-view.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Charges at a counter are not tested in a browser');

describe.skipIf(missing)('charges at a counter', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);
  const play = (wanted: object) => controlPayments(pages().system.legacy.all.get('rps')?.url ?? '', wanted);

  const openAccount = async (page: Page) => {
    await section(page, 'Charges').getByRole('button', { name: 'Show the account' }).click();
    return section(page, 'Charges');
  };
  const toTheTill = async (page: Page, sum: string): Promise<string> => {
    const dialog = openDialog(page);
    await dialog.getByLabel('Paid at').selectOption('HKCL');
    await dialog.getByRole('button', { name: `Send ${sum} to the till` }).click();
    return await awaitedByTill(page, sum);
  };
  const awaitedByTill = async (page: Page, sum: string): Promise<string> => {
    const told = await openDialog(page).getByText(`The till waits for ${sum}`).textContent();
    return told?.match(/RO\d+/)?.[0] ?? expect.fail('no payment');
  };

  test('with keys alone, the desk lends, takes back and takes a payment, and prints its receipt', async () => {
    const { page, complaints } = await pages().open('/desk');
    const [copy = ''] = itemsOnShelf(pages().system);
    await page.getByRole('textbox').first().waitFor();
    await scan(page, ['21852000000223', copy]);
    await rowsOf(page, 'Lent').waitFor();
    await page.keyboard.press('F4');
    await scan(page, [copy]);
    await rowsOf(page, 'Taken back').waitFor();
    await page.locator('.reader-facts').getByText('HK$26.20').waitFor();
    await tabTo(page.getByRole('button', { name: 'Take a payment' }));
    await page.keyboard.press('Enter');
    const dialog = openDialog(page);
    await tabTo(dialog.getByLabel(/^Printing/));
    await page.keyboard.press('Space');
    await tabTo(dialog.getByLabel('Paid at'));
    await page.keyboard.type('Hong Kong Central');
    await tabTo(dialog.getByRole('button', { name: 'Send HK$21.00 to the till' }));
    await page.keyboard.press('Enter');
    const paymentId = await awaitedByTill(page, 'HK$21.00');
    expect(await violationsOf(page)).toEqual([]);
    await play({ pay: paymentId });
    await dialog.getByText('HK$21.00 is paid.').waitFor();
    const slip = dialog.locator('.slip');
    await slip.getByText(/^RC\d+$/).waitFor();
    await slip.getByText(/\S F0000001$/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.reader-facts').getByText('HK$5.20').waitFor();
    expect(complaints).toEqual([]);
  });

  test('following a payment leaves no trail of readings in the access log', async () => {
    const { page } = await pages().open('/patrons/P0000012');
    const charges = await openAccount(page);
    await charges.getByRole('button', { name: 'Take a payment' }).click();
    const opened = pages().system.read<{ patron: { accessLog: { edges: readonly object[] } } }>;
    const readings = async () =>
      (await opened('{ patron(id: "P0000012") { accessLog(first: 100) { edges { node { at } } } } }', staff))
        .patron.accessLog.edges.length;
    const staff = { token: await pages().system.token({ subject: 'auditor', scope: 'patrons:read' }) };
    const paymentId = await toTheTill(page, 'HK$0.80');
    const before = await readings();
    let asked = 0;
    page.on('request', (request) => {
      asked += request.postData()?.includes('mutation DeskStartPayment') === true ? 1 : 0;
    });
    await expect.poll(() => asked, { timeout }).toBeGreaterThan(2);
    expect(await readings()).toBe(before);
    await play({ expire: paymentId });
    await openDialog(page).getByText('The time for this payment is over').waitFor();
  });

  test('after a reload, a payment at the till goes on; money after its end is told, and what is paid stays out of the sum', async () => {
    const { page } = await pages().open('/patrons/P0000014');
    const charges = await openAccount(page);
    await charges.getByRole('button', { name: 'Take a payment' }).click();
    const late = await toTheTill(page, 'HK$60.00');
    await openDialog(page).getByRole('button', { name: 'Cancel this payment' }).click();
    await openDialog(page).getByText('This payment is cancelled').waitFor();
    await play({ pay: late });
    await openDialog(page).getByText('The money came too late').waitFor();
    await openDialog(page).getByText(late).waitFor();

    await openDialog(page).getByRole('button', { name: 'Begin again' }).click();
    const paymentId = await toTheTill(page, 'HK$60.00');
    await page.reload();
    await openAccount(page);
    await charges.getByText(/^Under way, ends .*\d\d:\d\d$/).waitFor();
    await charges.getByRole('button', { name: `Go on with payment ${paymentId}` }).click();
    await openDialog(page).getByText(`The till waits for HK$60.00 (${paymentId})`).waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await play({ pay: paymentId });
    await openDialog(page).getByText('HK$60.00 is paid.').waitFor();
    await openDialog(page).getByRole('button', { name: 'Close' }).last().click();
    await charges.getByText('Nothing is outstanding.').waitFor();
  });

  test('what was paid today is still listed, but is not in the sum', async () => {
    // Circulation tells HK$21.00 for this patron until the night, and HK$5.20 more is owed for printing.
    const { page } = await pages().open('/patrons/P0000016');
    await section(page, 'Charges').getByText('HK$5.20 in all').waitFor();
    await section(page, 'Charges').getByText('What was paid may still be listed until tomorrow').waitFor();
  });

  test('a payment that the reader began elsewhere is shown, and is cancelled to begin again', async () => {
    const { system } = pages();
    const reader = { token: await system.token({ patronId: 'P0000005' }) };
    await system.change(
      'startPayment',
      'operation { state }',
      { patronId: 'P0000005', charges: ['G0000005'], method: 'FPS' },
      reader,
    );
    const { page } = await pages().open('/patrons/P0000005');
    const charges = await openAccount(page);
    await charges.getByText(/^In payment RO\d+, under way$/).waitFor();
    await charges.getByRole('button', { name: 'Take a payment' }).click();
    const dialog = openDialog(page);
    expect(await dialog.getByRole('checkbox').count(), 'charges to choose').toBe(0);
    await dialog.getByRole('button', { name: /^Go on with payment RO\d+/ }).click();
    await dialog.getByText(/The reader pays HK\$88\.00 by another way: FPS \(RO\d+\)/).waitFor();
    await dialog.getByRole('button', { name: 'Cancel this payment' }).click();
    await dialog.getByText('This payment is cancelled').waitFor();
    await dialog.getByRole('button', { name: 'Begin again' }).click();
    await toTheTill(page, 'HK$88.00');
    await dialog.getByText('Take the money at the till.').waitFor();
  });

  test('a payment is found by the code that was read out', async () => {
    const { system } = pages();
    const { operation } = await system.change<{ operation: { code: string } }>(
      'startPayment',
      'operation { code }',
      { patronId: 'P0000002', charges: ['G0000003'], method: 'FPS' },
      { token: await system.token({ patronId: 'P0000002' }) },
    );
    const { page } = await pages().open('/patrons');
    await page.locator('input[type=search]:focus').waitFor();
    await page.keyboard.type(`${operation.code}\n`);
    await page.waitForURL(`**/staff/operations?code=${operation.code}`);
    const found = page.getByRole('table', { name: 'Payments, waivers and refunds' });
    await found.getByText(/^RO\d+ · HK\$3\.50 · under way$/).waitFor();
    await found.getByText(operation.code).waitFor();
    await page.getByText('No such operation was found.').waitFor({ state: 'detached' });

    await page.goto(`${system.url}/staff/patrons/P0000002`);
    const ofPatron = section(page, 'Operations');
    await ofPatron.getByRole('button', { name: 'Show the operations' }).click();
    await ofPatron.getByText(/^RO\d+ · HK\$3\.50 · under way$/).waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('a charge is waived in part with a reason, and a payment is given back', async () => {
    const { page, complaints } = await pages().open('/patrons/P0000013', { width: 768 });
    const charges = await openAccount(page);
    await charges.getByText('HK$240.00 outstanding in all').waitFor();
    await charges.getByRole('button', { name: /^Waive Damage/ }).click();
    const dialog = openDialog(page);
    await dialog.getByLabel('How much').fill('40');
    await dialog.getByLabel('Why').fill('The pipe had burst');
    expect(await violationsOf(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Waive' }).click();
    await dialog.getByText('HK$40.00 is waived. HK$200.00 of the charge is still outstanding.').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await charges.getByText('HK$200.00 outstanding in all').waitFor();
    expect(await sidewaysOf(page)).toBe(0);

    await page.goto(`${pages().system.url}/staff/patrons/P0000003`);
    await openAccount(page);
    await charges.getByText('HK$26.00 outstanding in all').waitFor();
    await charges.getByRole('button', { name: /^Give back HK\$20\.00/ }).click();
    await dialog.getByLabel('Why').fill('Paid twice');
    await dialog.getByText(/This only records it in the payment system/).waitFor();
    await dialog.getByRole('button', { name: 'Give back HK$20.00' }).click();
    await dialog.getByText('HK$20.00 is recorded as given back').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await charges.getByText('HK$46.00 outstanding in all').waitFor();
    expect(complaints).toEqual([]);
  });

  test('who may read but not waive reads which scope that needs', async () => {
    const scope = 'patrons:read credentials:read circulation:read charges:read';
    const { page } = await pages().open('/patrons/P0000013', { scope });
    const charges = await openAccount(page);
    await charges.getByRole('button', { name: /^Waive Damage/ }).click();
    await openDialog(page).getByLabel('Why').fill('Long ago');
    await openDialog(page).getByRole('button', { name: 'Waive' }).click();
    await openDialog(page).getByText('Your account may not do this').waitFor();
  });
});

describe.skipIf(missing)('who owes', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  test.each([
    ['en', 1440],
    ['zh-Hant', 360],
  ] as const)(
    'the list of who owes has its filters, age and bounds, in %s and %i wide',
    async (language, width) => {
      const { page, complaints } = await pages().open('/owing', { language, width });
      const rows = page.locator('main tbody tr');
      await expect.poll(() => rows.count(), { timeout }).toBeGreaterThan(3);
      const texts =
        language === 'en'
          ? ['Has everything up to', 'Nothing is known from before', 'The payment system knows no branches']
          : ['資料截至', '之前的變動無從得知', '繳費系統不分分館'];
      for (const text of texts) {
        await page.getByText(text).waitFor();
      }
      const least = page.getByLabel(language === 'en' ? 'At least' : '欠款至少');
      const all = await rows.count();
      await least.selectOption('5000');
      await expect.poll(() => rows.count(), { timeout }).toBeLessThan(all);
      expect(new URL(page.url()).search).toContain('least=5000');
      expect(await violationsOf(page)).toEqual([]);
      expect(await sidewaysOf(page)).toBe(0);
      expect(complaints).toEqual([]);
    },
  );
});

describe.skipIf(missing)('who owes, at night', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  test('the list says that the payment system is closed, and still tells the total', async () => {
    const rps = pages().system.legacy.all.get('rps')?.url ?? '';
    const { page } = await pages().open('/owing');
    await expect.poll(() => page.locator('main tbody tr').count(), { timeout }).toBeGreaterThan(3);
    await controlPayments(rps, whileClosed());
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText('The payment system is closed every night').first().waitFor();
    await page.getByText(/^Patrons in the list: \d+, as of /).waitFor();
    expect(await page.getByText('does not answer. Please try again').count()).toBe(0);
  });
});

describe.skipIf(missing)('staff of a library without a payment system', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ hasAddedSystems: false }));

  test('read so where they ask for the account, and have no link to the list of who owes', async () => {
    const { page } = await pages().open('/patrons/P0000016');
    const navigation = page.getByRole('navigation', { name: 'Views' });
    await navigation.getByRole('link', { name: 'Who owes' }).waitFor({ state: 'detached' });
    expect(await navigation.getByRole('link').count()).toBe(11);
    const charges = section(page, 'Charges');
    await charges.getByRole('button', { name: 'Show the account' }).click();
    await charges.getByText('This library has no payment system.').waitFor();
    await page.goto(`${pages().system.url}/staff/owing`);
    await page.getByText('This library has no payment system.').waitFor();
  });
});
