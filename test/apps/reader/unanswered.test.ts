/** Changes at `/my/` whose answer is lost, or says that the operation is unsettled. */
import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { fillIn, openReaderPages, patienceMs, readers } from './reader-page.ts';

const missing = chromiumMissing('Lost answers at the reader’s page are not tested in a browser');

type Answer = (route: Route) => Promise<void>;

/** The server gets the request, but its answer is lost. */
const loseAnswer: Answer = async (route) => {
  await route.fetch();
  await route.abort('connectionreset');
};
const reject: Answer = (route) =>
  route.fulfill({ status: 400, json: { errors: [{ message: 'no', extensions: { code: 'BAD_REQUEST' } }] } });

/**
 * Answers the mutation with each of `answers` in turn, and then lets it through. Returns the references that were sent.
 */
async function answerWith(page: Page, mutation: string, answers: readonly Answer[]) {
  const left = [...answers];
  const references: string[] = [];
  await page.route('**/my/graphql', async (route) => {
    const { query, variables } = route.request().postDataJSON();
    if (!query.includes(`mutation ${mutation}`)) {
      return await route.continue();
    }
    references.push(variables.input.reference);
    await (left.shift() ?? ((one: Route) => one.continue()))(route);
  });
  return references;
}

describe.skipIf(missing)('the reader’s page, when an answer is lost', { timeout: 2 * patienceMs }, () => {
  const pages = sharedPages(openReaderPages);

  test('shows somebody without a card the receipt of an unsettled application, and sends the same one again', async () => {
    const { page } = await pages().open('/my/apply');
    const unsettled: Answer = (route) => {
      const { reference } = route.request().postDataJSON().variables.input;
      const operation = { reference, code: '7K2M9QXR', state: 'UNSETTLED' };
      const submitApplication = { operation, receipt: 'the-only-key', problems: [] };
      return route.fulfill({ json: { data: { submitApplication } } });
    };
    const references = await answerWith(page, 'Apply', [unsettled, reject]);
    await page.getByLabel('A library card').check();
    await page.getByLabel('Name in English').fill('LAU, SIU WAI');
    await page.getByLabel('Date of birth').fill('1988-03-04');
    await page.getByLabel('Identity card number').fill('G123456(A)');
    await page.getByLabel('Address, line 1').fill('8 Reading Road');
    const send = page.getByRole('button', { name: 'Send the application' });
    await send.click();
    await page.locator('output', { hasText: 'the-only-key' }).waitFor();
    // The rejection of a repeated request doesn't prove that the first request had no effect.
    const unknown = page.locator('.notice', { hasText: 'There was no answer' });
    await unknown.getByText('7K2M9QXR').waitFor();
    await page.locator('output', { hasText: 'the-only-key' }).waitFor();
    await send.click();
    await page.getByText('Your application was received').waitFor();
    expect(references.length).toBe(3);
    expect(new Set(references).size).toBe(1);
  });

  test('does not do twice what the form’s button sends again', async () => {
    const { page } = await pages().signIn(readers.siuMing, '/my/contact');
    const references = await answerWith(page, 'AmendContact', [loseAnswer, reject]);
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await page.getByLabel('E-mail').fill('twice@patrons.example');
    await save.click();
    await page.locator('.notice', { hasText: 'There was no answer' }).waitFor();
    await save.click();
    await page.getByText('Your contact details are saved.').waitFor();
    expect(new Set(references).size).toBe(1);
    // Different input gets a new reference.
    await page.getByLabel('E-mail').fill('third@patrons.example');
    await save.click();
    await expect.poll(() => new Set(references).size, { timeout: patienceMs }).toBe(2);
  });

  test('remembers a request from the moment it is sent, and says what became of it', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    await answerWith(
      page,
      'RenewOne',
      Array.from({ length: 20 }, () => loseAnswer),
    );
    await page.getByRole('button', { name: 'Renew Middlemarch' }).click();
    await page.getByRole('link', { name: 'What I did' }).click();
    const row = page.locator('.item', { hasText: 'Renew a loan' });
    await row.getByText('Done', { exact: true }).waitFor();
    const code = (await row.locator('code').textContent()) ?? expect.fail('no code');
    await page.getByLabel('Code').fill(code.toLowerCase());
    await row.waitFor();
  });

  test('says that a request has not arrived, and forgets a rejected request', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    const nothingArrives = Array.from(
      { length: 20 },
      (): Answer => (route) => route.abort('connectionreset'),
    );
    const sent = await answerWith(page, 'RenewEvery', nothingArrives);
    await page.getByRole('button', { name: 'Renew all' }).click();
    await expect.poll(() => sent.length, { timeout: patienceMs }).toBeGreaterThan(0);
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('the library has not received this request').waitFor();
    await page.unrouteAll();
    await page.evaluate(() => sessionStorage.clear());
    await page.getByRole('link', { name: 'Loans' }).click();
    await answerWith(page, 'RenewEvery', [reject]);
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.locator('.notice', { hasText: 'This was not done' }).waitFor();
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('You have not made any requests in this browser tab yet').waitFor();
  });

  test('forgets a request that is rejected after the reader left the view', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    const left = Promise.withResolvers<void>();
    const rejectLater: Answer = async (route) => {
      await left.promise;
      await reject(route);
    };
    const sent = await answerWith(page, 'RenewEvery', [rejectLater]);
    await page.getByRole('button', { name: 'Renew all' }).click();
    await expect.poll(() => sent.length, { timeout: patienceMs }).toBe(1);
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('the library has not received this request').waitFor();
    left.resolve();
    await expect
      .poll(() => page.evaluate(() => sessionStorage.getItem('my-requests')))
      .not.toContain(sent[0]);
    await page.getByRole('link', { name: 'Loans' }).click();
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('You have not made any requests in this browser tab yet').waitFor();
  });

  test('forgets a request that was sent after the session ended', async () => {
    const { page, context } = await pages().signIn(readers.siuMing);
    // Otherwise the stream of changes might find the end of the session first.
    await page.route('**/my/live', (route) => route.abort());
    await context.clearCookies();
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.getByRole('heading', { name: 'Your session has ended' }).waitFor();
    await page.getByRole('link', { name: 'Sign in', exact: true }).click();
    await fillIn(page, readers.siuMing);
    await page.waitForURL(`${pages().system.url}/my/`);
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('You have not made any requests in this browser tab yet').waitFor();
  });

  test('reads a request whose outcome is open when it is told of it, or when the reader wants it, and never at intervals', async () => {
    const { page } = await pages().signIn(readers.siuMing);
    await page.evaluate(() => {
      const requests = [{ reference: 'never-arrived', code: null }];
      sessionStorage.setItem('my-requests', JSON.stringify({ patronId: 'P0000002', requests }));
    });
    let operation: object | null = null;
    let looks = 0;
    await page.route('**/my/graphql', (route) => {
      looks += 1;
      return route.fulfill({ json: { data: { me: null, operation } } });
    });
    await page.clock.install();
    await page.getByRole('link', { name: 'What I did' }).click();
    await page.getByText('the library has not received this request').waitFor();
    const lookAgain = page.getByRole('button', { name: 'Refresh' });
    await page.clock.runFor(16 * 60_000);
    expect(looks).toBe(1);
    await lookAgain.click();
    await expect.poll(() => looks).toBe(2);
    expect(await lookAgain.evaluate((button) => button === document.activeElement)).toBe(true);

    operation = {
      reference: 'never-arrived',
      code: '7K2M9QXR',
      kind: 'RENEW_LOAN',
      state: 'UNSETTLED',
      requestedAt: '2026-01-02T03:04:05Z',
      settledAt: null,
      problems: [],
    };
    await lookAgain.click();
    await page.getByText('Not settled yet').waitFor();
    await page.clock.runFor(16 * 60_000);
    expect(looks).toBe(3);
    operation = { ...operation, state: 'DONE', settledAt: '2026-01-02T03:05:05Z' };
    await lookAgain.click();
    await page.getByText('Done', { exact: true }).waitFor();
    await lookAgain.waitFor({ state: 'detached' });
  });
});
