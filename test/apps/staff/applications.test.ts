/** Applications in a browser, decided singly or together, and the outcome of each. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { applicationNo } from '../../../simulators/library/numbers.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { sharedPages } from '../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('Deciding applications is not tested in a browser');

describe.skipIf(missing)('applications', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(startStaffPages);

  /**
   * Sends an application of a person who isn't registered, by default at a counter. Without proof of address, it is
   * sent over the internet. Resolves to the application's id.
   */
  async function apply(
    englishName: string,
    identityNumber: string,
    addressProofShown = true,
  ): Promise<string> {
    const applicant = {
      englishName,
      identityNumber,
      // Only staff can say that proof of address was shown. The public's schema doesn't have the field.
      ...(addressProofShown && { addressProofShown }),
      dateOfBirth: '1980-05-17',
      addressLines: ['8 Reading Road'],
      telephone: '2111 3333',
    };
    const channel = addressProofShown ? 'COUNTER' : 'INTERNET';
    const token = await pages().system.token({ scope: 'credentials:write applications:decide' });
    // Without a token, an applicant can't read the application.
    const selection = addressProofShown ? 'application { id }' : 'receipt';
    const { body } = await pages().system.ask(
      `mutation ($input: SubmitApplicationInput!) {
        submitApplication(input: $input) { ${selection} problems { message } }
      }`,
      {
        ...(addressProofShown && { token }),
        variables: {
          input: { reference: crypto.randomUUID(), channel, wants: ['LIBRARY_CARD'], applicant },
        },
      },
    );
    const { application, receipt } = (body.data?.submitApplication ?? {}) as {
      readonly application?: { readonly id: string };
      readonly receipt?: string;
    };
    const latest = [...pages().system.store.cms.applications.values()]
      .map(({ applicationNo }) => applicationNo)
      .sort()
      .at(-1);
    return application?.id ?? (receipt ? latest : null) ?? expect.fail(JSON.stringify(body));
  }

  const statusOf = (id: string) => pages().system.store.cms.applications.get(id)?.status;
  const dialog = (page: Page) => page.locator('dialog[open]');
  const approve = async (page: Page) => {
    await page.getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
  };
  const rowOf = (page: Page, id: string) =>
    page.locator('tbody tr', { has: page.getByRole('link', { name: id }) });

  test('one is approved: the cards are issued, and a link leads to the patron', async () => {
    const id = await apply('CHOW, TSZ YAN', 'G123456(A)');
    const { page, complaints } = await pages().open('/applications');
    await page.getByRole('link', { name: id }).click();
    await page.getByText('CHOW, TSZ YAN').first().waitFor();
    expect(await page.locator('main').textContent()).not.toContain('G123456');
    await approve(page);
    await page.getByText('Approved. The cards are issued.').waitFor();
    expect(statusOf(id)).toBe('APR');
    await page.getByRole('link', { name: 'Open the patron' }).click();
    await page.getByText('CHOW, TSZ YAN').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('a refused approval says why, and succeeds once proof of address has been seen', async () => {
    const id = await apply('HUI, WAN', 'C123456(9)', false);
    const { page } = await pages().open(`/applications/${id}`);
    await approve(page);
    await page
      .getByRole('status')
      .getByText(/proof of address/i)
      .waitFor();
    expect(statusOf(id)).toBe('RCV');
    await page.getByLabel('I have seen proof of address').check();
    await approve(page);
    await page.getByText('Approved. The cards are issued.').waitFor();
  });

  test('an approval is asked for once more, and numbers are compared only after they were shown', async () => {
    const id = await apply('YIM, SAU', 'H123456(2)', false);
    const { page } = await pages().open(`/applications/${id}`);
    await page.getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('This can’t be undone').waitFor();
    await page.keyboard.press('Enter');
    await dialog(page).getByRole('button', { name: 'Not yet' }).click();
    expect(statusOf(id)).toBe('RCV');
    await approve(page);
    const compared = page.getByLabel(/^I have seen the identity card/);
    await compared.waitFor();
    expect(await compared.isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Show the whole numbers' }).click();
    await expect.poll(() => compared.isEnabled(), { timeout }).toBe(true);
  });

  test('the second of two deciders sees the decision of the first', async () => {
    const id = await apply('MOK, YIN', 'B123456(6)');
    const { page } = await pages().open(`/applications/${id}`);
    const { page: other } = await pages().open(`/applications/${id}`, { user: 'lee' });
    await approve(page);
    await page.getByText('Approved. The cards are issued.').waitFor();
    await other.getByLabel('Reason for rejecting').fill('It is not readable.');
    await other.getByRole('button', { name: 'Reject' }).click();
    await other.getByText('This was not done').waitFor();
    await other.locator('.badge', { hasText: 'Approved' }).waitFor();
  });

  test('whole identity numbers are shown only on request', async () => {
    const { page } = await pages().open('/applications/A0000001');
    await page.getByText('D13****(*)').waitFor();
    expect(await page.locator('main').textContent()).not.toContain('D135790');
    await page.getByRole('button', { name: 'Show the whole numbers' }).click();
    await expect.poll(() => page.getByText('D135790(6)').count(), { timeout }).toBe(2);
  });

  test('an approval that card management does not answer is shown as unsettled until it settles', async () => {
    const id = await apply('KAN, LOK', 'D123456(1)');
    const { page } = await pages().open(`/applications/${id}`);
    pages().system.legacy.cms.faults.set([{ kind: 'reset-after', operations: ['IssueCard'], times: 1 }]);
    await approve(page);
    await page.getByText('Recorded, not settled yet').waitFor();
    await page.getByText('Approved. The cards are issued.').waitFor();
    pages().system.legacy.cms.faults.clear();
    expect(statusOf(id)).toBe('APR');
  });

  test('many are approved one by one, each with its outcome, and those that can’t be approved stay', async () => {
    const good = await apply('LUI, KIT', 'E123456(4)');
    const bad = await apply('LUK, WAI', 'F123456(7)', false);
    const { page } = await pages().open('/applications');
    await page.getByLabel(`Choose ${good}`).check();
    await page.getByLabel(`Choose ${bad}`).check();
    await page.getByText('2 applications chosen').waitFor();
    await page.getByRole('button', { name: 'Approve…' }).click();
    await dialog(page).getByRole('button', { name: 'Approve' }).click();
    await dialog(page).getByText('2 of 2 decided').first().waitFor();
    await rowOf(page, good).getByText('Done').waitFor();
    await dialog(page).locator('tr', { hasText: bad }).getByText('Refused').waitFor();
    await dialog(page)
      .getByText(/proof of address/i)
      .first()
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await expect.poll(() => rowOf(page, good).count(), { timeout }).toBe(0);
    expect([statusOf(good), statusOf(bad)]).toEqual(['APR', 'RCV']);
  });

  test('applications of one document are listed together, and are rejected for one reason', async () => {
    const ids = [
      await apply('MA, SZE', 'A555555(0)', false),
      await apply('MA, SZE YAN', 'A555555(0)', false),
      await apply('MA, S Y', 'A555555(0)', false),
    ];
    const { page } = await pages().open('/applications', { width: 360 });
    await page.getByRole('button', { name: 'Choose them all' }).first().click();
    await page.getByText('3 applications chosen').waitFor();
    expect(await sidewaysOf(page)).toBe(0);
    await page.getByRole('button', { name: 'Reject…' }).click();
    await dialog(page).getByRole('button', { name: 'Reject' }).click();
    await dialog(page).getByText('Say why it is rejected.').waitFor();
    const reason = dialog(page).getByLabel('Reason for rejecting');
    await reason.fill('Nobody came with the document.');
    await reason.press('Enter');
    await expect.poll(() => dialog(page).getByText('Done').count(), { timeout }).toBe(3);
    expect(await sidewaysOf(page)).toBe(0);
    expect(ids.map(statusOf)).toEqual(['REJ', 'REJ', 'REJ']);
  });

  test('a reason for rejecting is kept for nobody once it is received, or the dialog is closed', async () => {
    const [one, other] = [await apply('YAU, SENT', 'V135792(1)'), await apply('YAU, CLOSED', 'V246801(8)')];
    const { page } = await pages().open('/applications');
    await rowOf(page, other).getByRole('checkbox').check();
    await page.getByRole('button', { name: 'Reject…' }).click();
    const reason = page.getByLabel('Reason for rejecting');
    await reason.fill('Typed, and given up');
    await dialog(page).getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Reject…' }).click();
    expect(await reason.inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await page.getByRole('link', { name: one }).click();
    await reason.fill('It is not readable');
    await page.getByRole('button', { name: 'Reject' }).click();
    await page.getByText('Rejected.').first().waitFor();
    await page.context().clearCookies();
    await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: 'Overdue' }).click();
    const signIn = page.getByRole('link', { name: 'Sign in' });
    await signIn.evaluate((link) => link.addEventListener('click', (event) => event.preventDefault()));
    await signIn.click();
    expect(await page.evaluate(() => window.sessionStorage.getItem('drafts'))).toBeNull();
  });

  test('a batch without an answer is sent again under its reference, and each is rejected once', async () => {
    const id = await apply('SIU, LAM', 'G234567(5)', false);
    const { page } = await pages().open('/applications');
    const references: string[] = [];
    let isRefused = true;
    await page.route('**/staff/graphql', async (route) => {
      const { query, variables } = route.request().postDataJSON();
      const isRejection = /RejectTogether/.test(query);
      if (isRejection) {
        references.push(variables.input.reference);
      }
      await (isRejection && isRefused ? route.fulfill({ status: 400, body: '' }) : route.continue());
    });
    await page.getByLabel(`Choose ${id}`).check();
    await page.getByRole('button', { name: 'Reject…' }).click();
    const reason = dialog(page).getByLabel('Reason for rejecting');
    await reason.fill('Nobody came.');
    await reason.press('Enter');
    await dialog(page).getByText('No answer', { exact: true }).waitFor();
    isRefused = false;
    await dialog(page).getByRole('button', { name: 'Send again what had no answer' }).click();
    await dialog(page).getByText('Done').waitFor();
    expect(references.length).toBe(2);
    expect(new Set(references).size).toBe(1);
    expect(statusOf(id)).toBe('REJ');
  });

  test('more applications than one operation takes, chosen on several pages, are rejected in batches with one progress', async () => {
    const { applications } = pages().system.store.cms;
    const known = applications.get('A0000001') ?? expect.fail('no application');
    // A page has 100 applications, and an operation 50.
    const ids = Array.from({ length: 105 }, (_, index) => applicationNo(901 + index));
    for (const id of ids) {
      const applicant = { ...known.applicant, hkid: null, birthCertNo: `B${id}` };
      applications.put({ ...known, applicationNo: id, clientRef: id, patronNo: null, applicant });
    }
    const { page, complaints } = await pages().open('/applications');
    const sizes: number[] = [];
    page.on('request', (request) => {
      const { query, variables } = request.postDataJSON() ?? {};
      if (/RejectTogether/.test(query)) {
        sizes.push(variables.input.applicationIds.length);
      }
    });
    const choosePage = page.getByRole('button', { name: /Choose all \d+ on this page/ });
    for (let isLast = false; !isLast; ) {
      await choosePage.click();
      await choosePage.waitFor({ state: 'detached' });
      const next = page.getByRole('button', { name: 'Next' });
      isLast = await next.isDisabled();
      if (!isLast) {
        await next.click();
        await choosePage.waitFor();
      }
    }
    const waiting = [...applications.values()].filter(({ status }) => status === 'RCV').length;
    await page.getByText(`${waiting} applications chosen`).waitFor();
    const lastPage = await page.locator('.pager').textContent();
    // After a dialog is closed, the list still shows the same page and the same choice.
    for (const decision of ['Approve…', 'Reject…']) {
      await page.getByRole('button', { name: decision }).click();
      await dialog(page).waitFor();
      await page.keyboard.press('Escape');
      await dialog(page).waitFor({ state: 'detached' });
      await page.getByText(`${waiting} applications chosen`).waitFor();
      expect(await page.locator('.pager').textContent()).toBe(lastPage);
    }
    await page.getByRole('button', { name: 'Reject…' }).click();
    await dialog(page).getByText('50 at most are rejected in one operation: these are 3').waitFor();
    await dialog(page).getByLabel('Reason for rejecting').fill('They were sent by a program.');
    await page.keyboard.press('Enter');
    await dialog(page).getByText(`${waiting} of ${waiting} decided`).first().waitFor();
    expect(sizes).toEqual([50, 50, waiting - 100]);
    expect(await dialog(page).locator('code').textContent()).toMatch(/^[0-9A-Z]{8}(?:, [0-9A-Z]{8}){2}$/);
    expect(ids.every((id) => statusOf(id) === 'REJ')).toBe(true);
    expect(await violationsOf(page)).toEqual([]);
    await dialog(page).getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('No applications.').waitFor();
    expect(complaints).toEqual([]);
  });
});
