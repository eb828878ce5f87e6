/** GraphiQL of `npm start`, in a real browser. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { freePorts, run } from '../../support/processes.ts';

const missing = chromiumMissing('GraphiQL is not tested in a browser');

const resources = new AsyncDisposableStack();
let dataDir: string;
let address: string;
beforeAll(async () => {
  await buildPage('graphiql');
  dataDir = await mkdtemp(join(tmpdir(), 'graphiql-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const system = resources.use(run('embedded/main.ts', { DATA_DIR: dataDir, ...freePorts }));
  [, address = ''] = await system.says(/GraphiQL +(http\S+)\/graphiql/);
}, 240_000);
afterAll(() => resources.disposeAsync());

describe.skipIf(missing)('in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  });
  afterEach(() => Promise.all(browser.contexts().map((context) => context.close())));

  interface Opened {
    readonly page: Page;
    /** Errors of the page and of the browser's console. */
    readonly complaints: readonly string[];
    /** Requests to other hosts. */
    readonly elsewhere: readonly string[];
  }

  async function open(search = '', options: BrowserContextOptions = {}): Promise<Opened> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, ...options });
    page.setDefaultTimeout(60_000);
    const complaints: string[] = [];
    const elsewhere: string[] = [];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) {
        elsewhere.push(request.url());
      }
    });
    await page.goto(`${address}/graphiql/${search}`);
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    await page.locator('.query .view-lines').first().waitFor();
    return { page, complaints, elsewhere };
  }

  const as = (page: Page, label: string | RegExp) =>
    page
      .getByLabel('Run as')
      .locator('option', { hasText: label })
      .first()
      .getAttribute('value')
      .then((value) => page.getByLabel('Run as').selectOption(value ?? ''));

  const runIt = (page: Page) => page.getByRole('button', { name: /execute query/i }).click();

  /** Runs the tab's operation, called `name`. Resolves to the answer's status when it is complete. */
  async function statusOfRun(page: Page, name: string): Promise<number> {
    const ofThis = ({ operationName }: { operationName?: string } = {}) => operationName === name;
    const [answer] = await Promise.all([
      page.waitForResponse((response) => ofThis(response.request().postDataJSON() ?? undefined)),
      runIt(page),
    ]);
    await answer.finished();
    return answer.status();
  }

  /** Waits until the element at `selector` shows the text. Monaco writes spaces as no-break spaces. */
  async function shows(page: Page, selector: string, wanted: string): Promise<void> {
    const text = async () => (await page.locator(selector).first().textContent())?.replaceAll('\u00a0', ' ');
    await expect.poll(text, { timeout: 60_000 }).toContain(wanted);
  }

  /** Replaces the text of the open tab. */
  async function write(page: Page, text: string): Promise<void> {
    await page.locator('.query .view-lines').first().click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.type(text);
  }

  test('a reader’s query is typed with completion and runs as that reader; staff and strangers get other answers', async () => {
    const { page, complaints, elsewhere } = await open();
    await as(page, 'P0000001');
    await write(page, 'query Mine { me { i');
    const suggestion = page.locator('.suggest-widget .monaco-list-row', { hasText: 'identityDocuments' });
    await page.keyboard.press('Control+Space');
    await suggestion.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.type('d libraryCardNumber } }');
    await runIt(page);
    await shows(page, '.result-window', '"id": "P0000001"');
    await as(page, 'Staff with every scope');
    expect(await statusOfRun(page, 'Mine')).toBe(400);
    await shows(page, '.result-window', 'Cannot query field');
    await as(page, 'Nobody');
    expect(await statusOfRun(page, 'Mine')).toBe(400);
    await shows(page, '.result-window', 'Cannot query field');
    // The browser reports each answer with an error status.
    const refused = expect.stringContaining('status of 400');
    await expect.poll(() => complaints).toEqual([refused, refused]);
    expect(elsewhere).toEqual([]);
  });

  test('a query that was typed a moment ago runs at once, under its new name', async () => {
    const { page } = await open();
    await write(page, 'query Before { branches { code } }');
    await page.getByRole('button', { name: 'Before', exact: true }).waitFor();
    await write(page, 'query After { titles(search: "sea", first: 1) { totalCount } }');
    await page.keyboard.press('Control+Enter');
    await shows(page, '.result-window', '"totalCount"');
  });

  test('a link to an operation of a guide opens it with its variables, as somebody of its audience', async () => {
    const { page } = await open('?operation=staff/Desk');
    await shows(page, '.query', 'query Desk');
    await shows(page, '.query', '"patronId"');
    expect(await page.getByLabel('Run as').locator('option:checked').textContent()).toContain('Staff');
    expect(await page.getByRole('button', { name: 'Desk', exact: true }).getAttribute('aria-current')).toBe(
      'page',
    );
  });

  test('the plan, each fetch and each SOAP call have a tab of their own', async () => {
    const { page } = await open('?operation=staff/Desk');
    await shows(page, '.query', 'query Desk');
    await runIt(page);
    await shows(page, '.result-window', '"data"');
    await page.getByRole('button', { name: 'Plan and SOAP calls' }).click();
    const result = page.getByRole('region', { name: 'Result' });
    await result.getByRole('heading', { name: 'Plan' }).waitFor();
    await result.getByRole('rowheader', { name: 'GetPatrons' }).first().waitFor();
    expect(await result.textContent()).toMatch(/\d+ fetches, \d+ SOAP calls/);
    await result.getByText('What is asked for').first().click();
    await result
      .getByRole('region', { name: /^Operation for/ })
      .first()
      .waitFor();
    expect(await violationsOf(page)).toEqual([]);
  });

  test('the guides’ operations depend on the audience, are found by name, and open in tabs that can be closed', async () => {
    const { page } = await open();
    await as(page, 'Partner');
    const list = page.getByRole('complementary', { name: 'Operations and schema' });
    await list.getByRole('button', { name: /^VerifyWrong/ }).waitFor();
    expect(await list.getByRole('heading', { level: 2 }).allTextContents()).toEqual(['Live', 'Partners']);
    await as(page, 'Self-service station');
    await list.getByLabel('Find an operation').fill('cardbynumber');
    await list.getByRole('button', { name: /^CardByNumber/ }).click();
    await shows(page, '.query', 'query CardByNumber');
    await runIt(page);
    await shows(page, '.result-window', '"credential"');
    await page.getByRole('button', { name: 'Close CardByNumber' }).click();
    await page.getByRole('button', { name: 'Close CardByNumber' }).waitFor({ state: 'detached' });
    await list.getByRole('button', { name: 'Schema' }).click();
    await list.getByRole('link', { name: 'SmartIdPresented' }).waitFor();
    expect(await list.getByRole('link', { name: 'PatronSearch' }).count()).toBe(0);
  });

  test('a pasted token is used, and is kept in the page alone', async () => {
    const issuer = await openDevelopmentIssuer(dataDir);
    const token = await issuer.sign({ subject: 'P0000005', patronId: 'P0000005' }, 600);
    const { page } = await open();
    await as(page, 'A token');
    await page.getByLabel('Token', { exact: true }).fill(`Bearer ${token}`);
    expect(await violationsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Use it' }).click();
    await write(page, '{ me { id } }');
    await runIt(page);
    await shows(page, '.result-window', '"id": "P0000005"');
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    );
    expect(stored).not.toContain(token.slice(0, 20));
  });

  test('a reload keeps what was typed, and forgets tokens', async () => {
    const { page } = await open();
    await as(page, 'P0000002');
    await write(page, 'query Typed { branches { code } }');
    await page.getByRole('button', { name: 'Typed', exact: true }).waitFor();
    await page.waitForFunction(() => JSON.stringify({ ...sessionStorage }).includes('Typed'));
    await page.reload();
    await shows(page, '.query', 'query Typed');
    expect(await page.getByLabel('Run as').locator('option:checked').textContent()).toContain('P0000001');
  });

  test('when the gateway is gone, the page says so, and asks again on request', async () => {
    const page = await browser.newPage();
    await page.route('**/graphiql/setup', (route) => route.abort());
    await page.goto(`${address}/graphiql/`);
    await page.getByText('The gateway can’t be reached.').waitFor();
    await page.unroute('**/graphiql/setup');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Run as').waitFor();
    await page.route('**/graphql', (route) => route.abort());
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    await page.locator('.query .view-lines').first().waitFor();
    await runIt(page);
    await shows(page, '.result-window', 'reached');
  });

  test.each([
    ['light', 1280],
    ['dark', 1280],
    ['light', 360],
  ] as const)(
    'axe finds no violation in %s colours, %i pixels wide, with operations and with the schema',
    async (colorScheme, width) => {
      const { page } = await open('?operation=front-ends/Home', {
        colorScheme,
        viewport: { width, height: 740 },
      });
      expect(await violationsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'Schema' }).click();
      await page.getByRole('link', { name: 'Patron', exact: true }).first().click();
      expect(await violationsOf(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    },
  );
});
