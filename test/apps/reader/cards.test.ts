/** Cards, applications, contact details and the access log at `/my/`. */
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { applicationNo } from '../../../simulators/library/numbers.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('The reader’s page is not tested in a browser');

describe.skipIf(missing)('the reader’s page', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  test('a card that is reported lost is lost at once, and the page says what replaces it', async () => {
    const { page } = await pages().signIn(readers.full, '/my/cards');
    await page.getByRole('button', { name: /^Report as lost: Smart identity card/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Report as lost' }).click();
    // The report ends this sign-in, too, within a second or two. Until then the page shows the card.
    const isEnded = page.getByRole('link', { name: 'Sign in' });
    // The pressed button disappears, because the card is no longer in use. The focus moves to the message.
    const focused = () => page.evaluate(() => document.activeElement?.textContent);
    await expect
      .poll(async () => (await isEnded.isVisible()) || (await focused()) === 'The card is reported lost.', {
        timeout: patienceMs,
      })
      .toBe(true);
    expect(pages().system.store.cms.cards.get('21852000000025')?.status).toBe('LST');
    // Sign-ins end by the second: one of the same second would be over, too.
    await setTimeout(1_000);
    const { page: again } = await pages().signIn(readers.full, '/my/cards');
    const card = again.getByRole('region', { name: 'Smart identity card' });
    await card.getByText('Lost', { exact: true }).waitFor();
    await card.getByText('takes the place of this one, without another application').waitFor();
    expect(await card.getByRole('button').count()).toBe(0);
    await again.getByRole('link', { name: 'Loans' }).click();
    await again.getByText('10 of 10 borrowed').waitFor();
  });

  test('a new PIN is typed twice, is set, and is kept nowhere in the page', async () => {
    const { page } = await pages().signIn(readers.nothing, '/my/cards');
    await page.getByRole('button', { name: /^Set a PIN:/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('New PIN', { exact: true }).fill('2583');
    await dialog.getByLabel('New PIN, again').fill('2581');
    await dialog.getByRole('button', { name: 'Set a PIN' }).click();
    await dialog.getByText('The two PINs are not the same.').waitFor();
    await dialog.getByLabel('New PIN, again').fill('2583');
    await dialog.getByRole('button', { name: 'Set a PIN' }).click();
    await page.getByText('The new PIN is set.').waitFor();
    const stored = await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }));
    expect(stored).not.toContain('2583');
    await page.getByRole('link', { name: 'Who looked at my record' }).click();
    await page.getByText('Changed: PIN').waitFor();
    await page.getByText('Signed in').first().waitFor();
  });

  test('somebody without a card applies: each error is at its field, and no address holds the receipt', async () => {
    const { page, addresses } = await pages().open('/my/apply');
    const send = page.getByRole('button', { name: 'Send the application' });
    await send.click();
    const summary = page.getByRole('region', { name: 'The application is not complete yet' });
    expect(await summary.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await summary.getByRole('listitem').allTextContents()).toEqual([
      'Choose at least one card.',
      'Enter the English name.',
      'Enter the date of birth.',
    ]);
    await summary.getByRole('link', { name: 'Enter the English name.' }).click();
    const englishName = page.getByLabel('Name in English');
    expect(await englishName.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByLabel('Library use of a smart identity card').check();
    await page.getByLabel('Name in English').fill('CHOW, TSZ YAN');
    await page.getByLabel('Date of birth').fill('1990-05-17');
    await page.getByLabel('Identity card number').fill('G123456(0)');
    await page.getByLabel('Date of issue on the smart identity card').fill('2019-08-01');
    await page.getByLabel('E-mail').fill('newcomer@patrons.example');
    await send.click();
    const number = page.getByLabel('Identity card number');
    await page.locator('[aria-invalid="true"]').first().waitFor();
    const address = page.getByLabel('Address, line 1');
    expect(await address.getAttribute('aria-invalid')).toBe('true');
    expect(await number.getAttribute('aria-invalid')).toBe('true');
    expect(await number.evaluate((element) => element === document.activeElement)).toBe(true);
    await number.fill('G123456(A)');
    await address.fill('8 Reading Road');
    await send.click();
    await page.getByText('Your application was received').waitFor();
    await page.getByText('Received, waiting for a decision').waitFor();
    const receipt = (await page.locator('output').textContent()) ?? '';
    expect(receipt.length).toBeGreaterThan(20);
    await page.getByRole('link', { name: 'Check the application later' }).click();
    await page.getByRole('textbox', { name: 'Receipt' }).fill(receipt);
    await page.getByRole('button', { name: 'Check the application' }).click();
    await page.getByText('Received, waiting for a decision').waitFor();
    await page.getByRole('textbox', { name: 'Receipt' }).fill('no receipt');
    await page.getByRole('button', { name: 'Check the application' }).click();
    await page.getByText('There is no application with this receipt').waitFor();
    expect(addresses.filter((address) => address.includes(encodeURIComponent(receipt)))).toEqual([]);
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage }))).not.toContain(
      'G123456',
    );
  });

  test('a reader’s application is filled in with what the library knows, and is listed among theirs', async () => {
    const { page } = await pages().signIn(readers.ready, '/my/apply');
    expect(await page.getByLabel('Name in English').inputValue()).toBe('WONG, KA YAN');
    await page.getByLabel('Identity card number').fill('C246801(6)');
    await page.getByRole('button', { name: 'Send the application' }).click();
    await page.getByText('Your application was received').waitFor();
    await page.getByRole('link', { name: 'Cards' }).click();
    const applications = page.getByRole('region', { name: 'My applications' });
    await applications.getByText('A library card').waitFor();
  });

  test('the newest of many applications is found by keyboard, and the focus stays when the page changes', async () => {
    const { applications } = pages().system.store.cms;
    const known = applications.get('A0000001') ?? expect.fail('no application');
    const numbers = Array.from({ length: 25 }, (_, index) => applicationNo(901 + index));
    for (const [index, applicationNo] of numbers.entries()) {
      const submittedAt = index === 24 ? '2026-11-01T12:00:00+08:00' : '2025-01-01T12:00:00+08:00';
      applications.put({
        ...known,
        applicationNo,
        clientRef: applicationNo,
        patronNo: 'P0000013',
        submittedAt,
      });
    }
    const { page } = await pages().signIn(readers.suspended, '/my/cards');
    const newest = page.getByText('1 Nov 2026', { exact: false });
    const next = page.getByRole('button', { name: 'Next' });
    await next.focus();
    expect(await newest.count()).toBe(0);
    await page.keyboard.press('Enter');
    await newest.waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Next');
    await page.getByText('Page 2 · 25 in all').waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Page 1 · 25 in all').waitFor();
    await newest.waitFor({ state: 'detached' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Previous');
  });

  test('the outcome of an act stays with its card while the cards can’t be read again', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/cards');
    await page
      .getByRole('button', { name: /^End its library use:/ })
      .first()
      .click();
    const errors = [
      { message: 'down', path: ['me', 'credentials'], extensions: { code: 'UPSTREAM_UNAVAILABLE' } },
    ];
    const unread = { libraryCardNumber: null, changesCursor: null, credentials: null, applications: null };
    await page.route('**/my/graphql', (route) =>
      route.request().postData()?.includes('query Cards') === true
        ? route.fulfill({ json: { data: { me: unread }, errors } })
        : route.continue(),
    );
    await page.getByRole('dialog').getByRole('button', { name: 'End its library use' }).click();
    await page.getByText('Some of this could not be read').waitFor();
    const card = page.getByRole('region', { name: 'Smart identity card' });
    await card.getByText('The library use of the card has ended.').waitFor();
    // Nothing tells whether the card is still in use.
    expect(await card.locator('.badge').count()).toBe(0);
    expect(await card.getByRole('button').count()).toBe(0);
  });

  test('contact details are amended without overwriting somebody else’s change', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/contact');
    const other = await pages().signIn(readers.siuMing, '/my/contact');
    await page.getByLabel('Telephone').fill('not a number');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.locator('[aria-invalid="true"]').waitFor();
    await page.getByLabel('Telephone').fill('2111 2222');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Your contact details are saved.').waitFor();
    await expect.poll(() => page.getByLabel('Telephone').inputValue()).toBe('21112222');
    await other.page.getByLabel('E-mail').fill('reader@patrons.example');
    await other.page.getByRole('button', { name: 'Save', exact: true }).click();
    await other.page.getByText('Your record was changed in the meantime').waitFor();
    await other.page.getByRole('button', { name: 'Refresh' }).click();
    await other.page.getByText('Your record was changed').waitFor({ state: 'hidden' });
    await expect.poll(() => other.page.getByLabel('Telephone').inputValue()).toBe('21112222');
    // An emptied field is cleared, and the others are kept.
    const record = () => pages().system.store.prs.patrons.get('P0000002');
    await other.page.getByLabel('Telephone').fill('');
    await other.page.getByRole('button', { name: 'Save', exact: true }).click();
    await other.page.getByText('Your contact details are saved.').waitFor();
    expect(record()).toMatchObject({
      tel: null,
      addrLine: ['Flat 2, Block A', '1 Library Road', 'Hong Kong'],
    });
  });
});
