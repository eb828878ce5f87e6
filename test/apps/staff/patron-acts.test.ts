/** Changes that staff make for a patron at a desk, in Chromium. They are done, refused, or unsettled for a while. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { growOlder } from '../../system/running-system.ts';
import { holdLive, holdRequests } from '../hold-requests.ts';
import { sharedPages } from '../shared-pages.ts';
import { openDialog, section } from './patron-view.ts';
import { startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('The acts of a desk are not tested in a browser');

describe.skipIf(missing)('the acts of a desk for a patron', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  const openPatron = async (id: string): Promise<Page> => {
    const { page } = await pages().open(`/patrons/${id}`);
    await page.locator('.places').waitFor();
    return page;
  };
  const press = (page: Page, name: string | RegExp) => page.getByRole('button', { name }).first().click();
  const submit = (page: Page) => openDialog(page).locator('button[type=submit]').last().click();
  const says = (page: Page, text: string | RegExp) => openDialog(page).getByText(text).first().waitFor();

  test('one loan is renewed or refused with the reason; each chosen loan has its outcome; one is taken back', async () => {
    growOlder(pages().system, 'L00000011');
    growOlder(pages().system, 'L00000012');
    const page = await openPatron('P0000002');
    const loans = section(page, 'Loans');
    await press(page, 'Renew Frankenstein');
    await loans.getByText(/^Renewed: due/).waitFor();
    await press(page, 'Renew Frankenstein');
    await loans.getByText(/renewal today would not change/i).waitFor();
    await page.getByLabel('Choose Middlemarch').check();
    await page.getByLabel('Choose Frankenstein').check();
    await press(page, 'Renew chosen (2)');
    await loans.getByText(/^Middlemarch: renewed, due/).waitFor();
    await loans.getByText(/^Frankenstein: not renewed/).waitFor();
    await press(page, 'Take back Middlemarch');
    await openDialog(page).getByText('this ends the loan').waitFor();
    await openDialog(page).getByLabel('Taken back at').selectOption('STCL');
    await openDialog(page).getByRole('button', { name: 'Take back' }).click();
    await loans.getByText('Middlemarch: taken back. Send to Hong Kong Central Library').waitFor();
    await expect.poll(() => loans.locator('tbody tr').count(), { timeout }).toBe(4);
  });

  test('an unsettled renewal is shown as such until it settles', async () => {
    growOlder(pages().system, 'L00000047');
    const page = await openPatron('P0000017');
    pages().system.legacy.circ.faults.set([
      { kind: 'reset-after', operations: ['Renew'], times: 1 },
      { kind: 'busy', operations: ['FindByRef'] },
    ]);
    await press(page, 'Renew Frankenstein');
    await page.getByText('Recorded, not settled yet').waitFor();
    // The operation is still found after the page was left.
    await page.reload();
    await press(page, 'Show the operations');
    await section(page, 'Operations').getByText('Not settled yet').waitFor();
    pages().system.legacy.circ.faults.clear();
    await section(page, 'Operations').getByText('Done').waitFor();
  });

  test('a title is reserved once, and the reservation is cancelled', async () => {
    const page = await openPatron('P0000004');
    await press(page, 'Reserve');
    await page.getByLabel('Part of the title').fill('Franken');
    await press(page, 'Search');
    await openDialog(page).getByRole('radio').first().waitFor();
    expect(await violationsOf(page)).toEqual([]);
    // Without a branch of work, no branch is chosen for the reader, and the browser does not send the form.
    await submit(page);
    expect(await openDialog(page).locator('select:invalid').count()).toBe(1);
    await page.getByLabel('Pick-up branch').selectOption('STCL');
    await submit(page);
    await says(page, 'Frankenstein is reserved.');
    await openDialog(page).getByRole('button', { name: 'Close' }).last().click();
    await press(page, 'Cancel the reservation of Frankenstein');
    await openDialog(page).getByRole('button', { name: 'Leave it as it is' }).click();
    expect(await section(page, 'Reservations').getByText('Frankenstein').count()).toBe(1);
    await press(page, 'Cancel the reservation of Frankenstein');
    await openDialog(page).getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Frankenstein: no longer reserved.').waitFor();
    await section(page, 'Reservations').getByText('Nothing is reserved.').waitFor();
  });

  test('R17, R19: a library card is lost and replaced, and its number is refused from then on', async () => {
    const page = await openPatron('P0000002');
    await press(page, 'Report as lost: 21852000000033');
    await submit(page);
    await says(page, 'The loss is reported');
    await page.keyboard.press('Escape');
    await press(page, 'Replace: 21852000000033');
    await submit(page);
    await says(page, /the card in use is \d{14}/);
    await page.keyboard.press('Escape');
    await section(page, 'Cards').getByText('Replaced').waitFor();
    expect(pages().system.store.cms.cards.get('21852000000033')?.status).toBe('CAN');
  });

  test('after a dialog is closed before the answer, the page shows the outcome', async () => {
    const page = await openPatron('P0000005');
    const answer = await holdRequests(page, 'mutation DeskReportLoss');
    await press(page, /^Report as lost: /);
    await openDialog(page).getByRole('button', { name: 'Cancel' }).waitFor();
    await submit(page);
    await says(page, 'One moment…');
    await openDialog(page).getByRole('button', { name: 'Close' }).last().waitFor();
    expect(await openDialog(page).getByRole('button', { name: 'Cancel' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await openDialog(page).waitFor({ state: 'detached' });
    answer();
    await section(page, 'Cards').getByText('Lost', { exact: true }).waitFor();
  });

  test('a dialog keeps its text over a new sign-in, and no number of an identity document', async () => {
    const page = await openPatron('P0000006');
    const chineseName = openDialog(page).getByLabel('Chinese name');
    const identityNumber = openDialog(page).getByLabel('New number of the identity card');
    await press(page, 'Change the record');
    await chineseName.fill('司馬相如');
    await identityNumber.fill('A123456(3)');
    await holdLive(page);
    const session = await page.context().cookies();
    await page.context().clearCookies();
    await submit(page);
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Sign in', exact: true }).click();
    await page.locator('[name=pin]').waitFor();
    // The colleague signs in again, and comes back to the same address.
    await page.context().addCookies(session);
    await page.goto(`${pages().system.url}/staff/patrons/P0000006`);
    await page.locator('.places').waitFor();
    await press(page, 'Change the record');
    expect(await chineseName.inputValue()).toBe('司馬相如');
    expect(await identityNumber.inputValue()).toBe('');
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain('司馬');
    await page.keyboard.press('Escape');
    await press(page, 'Change the record');
    expect(await chineseName.inputValue()).not.toBe('司馬相如');
  });

  test('R25: a copy that waits on an ended card is lent on that card', async () => {
    const page = await openPatron('P0000003');
    await press(page, 'Discontinue: 21852000000058');
    await submit(page);
    await says(page, 'The service of the card has ended.');
    await page.keyboard.press('Escape');
    await press(page, /^Lend the waiting copy/);
    await page.getByLabel('Number on the copy').fill('31852000000569');
    await submit(page);
    await says(page, 'This was not done');
    await page.getByLabel('Number on the copy').fill('31852000000577');
    await submit(page);
    await says(page, /^Lent, due/);
  });

  test('a one-time code is shown once; a PIN is typed twice; an information card is recorded', async () => {
    const page = await openPatron('P0000001');
    await press(page, 'One-time code: 21852000000017');
    await submit(page);
    const code = await openDialog(page).locator('.slip-number').textContent();
    expect(code).toMatch(/^\d{8}$/);
    await page.keyboard.press('Escape');
    expect(await page.content()).not.toContain(code ?? '');
    await press(page, 'Set PIN: 21852000000017');
    await page.getByLabel('New PIN', { exact: true }).fill('2583');
    await page.getByLabel('New PIN, again').fill('2581');
    await submit(page);
    expect(
      await page.getByLabel('New PIN, again').evaluate((field: HTMLInputElement) => field.validity.valid),
    ).toBe(false);
    await page.getByLabel('New PIN, again').fill('2583');
    await submit(page);
    await says(page, 'The PIN is set.');
    await page.keyboard.press('Escape');
    await press(page, 'Information card: 21852000000025');
    await submit(page);
    await openDialog(page).locator('.slip-number', { hasText: '21852000000025' }).waitFor();
  });

  test('contact details are changed by version: a conflict is shown and undoes nobody’s change', async () => {
    const page = await openPatron('P0000008');
    await press(page, 'Change contact details');
    await page.getByLabel('Telephone').fill('2999 0001');
    // A colleague changes the same details first.
    const colleague = await openPatron('P0000008');
    await press(colleague, 'Change contact details');
    await colleague.getByLabel('E-mail').fill('reader@patrons.example');
    await submit(colleague);
    await says(colleague, 'The record is changed.');
    await submit(page);
    await says(page, 'The record was changed in the meantime');
    await says(page, 'Registered now: reader@patrons.example');
    await submit(page);
    await says(page, 'The record is changed.');
    expect(pages().system.store.prs.patrons.get('P0000008')).toMatchObject({
      tel: '29990001',
      email: 'reader@patrons.example',
    });
  });

  test('a field that is emptied is cleared, and the others are kept', async () => {
    const record = () => pages().system.store.prs.patrons.get('P0000018');
    const { engName, addrLine } = record() ?? expect.fail('there is no P0000018');
    const page = await openPatron('P0000018');
    await press(page, 'Change contact details');
    await page.getByLabel('Telephone').fill('');
    await submit(page);
    await says(page, 'The record is changed.');
    await page.keyboard.press('Escape');
    await press(page, 'Change the record');
    await page.getByLabel('Chinese name').fill('');
    await submit(page);
    await says(page, 'The record is changed.');
    expect(record()).toMatchObject({ engName, addrLine, tel: null, chiName: null });
  });

  test('a wrong identity number is refused at its field, and a record with loans is not closed', async () => {
    const page = await openPatron('P0000018');
    await press(page, 'Change the record');
    await page.getByLabel('New number of the identity card').fill('A123456(7)');
    await submit(page);
    await openDialog(page).locator('.field .error').first().waitFor();
    await page.keyboard.press('Escape');
    await press(page, 'Close the record');
    await submit(page);
    await says(page, /^Items are out on a card/);
    await page.keyboard.press('Escape');
    await press(page, 'Suspend');
    await submit(page);
    await says(page, 'The patron is suspended.');
    await page.keyboard.press('Escape');
    await section(page, 'Standing').getByText('Suspended').waitFor();
  });

  test('a copy is lent by keyboard alone, from the patron’s page to the desk with a library card', async () => {
    const page = await openPatron('P0000011');
    // The patron's library card is lost, and no other card can borrow by its number alone.
    expect(await page.getByRole('button', { name: 'Lend', exact: true }).count()).toBe(0);
    const other = await openPatron('P0000016');
    await other.getByRole('button', { name: 'Lend', exact: true }).focus();
    await other.keyboard.press('Enter');
    await other.locator('input.scan').waitFor();
    await other.getByText('TSUI, WING SZE').waitFor();
    await other.keyboard.type('31852000000494\n');
    await other.locator('.badge.good', { hasText: 'Lent' }).waitFor();
  });
});
