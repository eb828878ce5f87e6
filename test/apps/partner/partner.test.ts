/** Readers sign in at the e-book service with their library card, in a browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { freePort, run } from '../../support/processes.ts';
import { untilOpen } from '../../system/live/until-open.ts';
import type { RunningSystem } from '../../system/running-system.ts';
import { startSample } from './running-sample.ts';

const missing = chromiumMissing('The e-book service is not tested in a browser');

/** The reader is Lee Siu Ming. `unknown` lists the data about him that the service must not learn. */
const reader = { patronId: 'P0000002', number: '21852000000033', pin: '1234' };
const unknown = [
  reader.patronId,
  reader.number,
  'LEE',
  'Siu Ming',
  '李小明',
  'B654321',
  '20000002',
  '1985-11-30',
];

const resources = new AsyncDisposableStack();
let system: RunningSystem;
let service: URL;
/** Everything that reached the service: the library's answers and the browsers' requests. */
const learnt: string[] = [];
let isLibraryDown = false;
beforeAll(async () => {
  const sample = await startSample(async (url, options) => {
    if (isLibraryDown) {
      throw new TypeError('fetch failed');
    }
    const response = await fetch(url, options as RequestInit);
    learnt.push(JSON.stringify([...response.headers]), await response.clone().text());
    return response;
  });
  ({ system, service } = resources.use(sample));
}, 120_000);
afterAll(() => resources.disposeAsync());

test('another site’s page can’t press its buttons', async () => {
  const pressed = await fetch(new URL('/sign-out', service), {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
  });
  expect(pressed.status).toBe(403);
});

test('it starts before the library can be reached, and then says so to a reader who wants to sign in', async () => {
  const environment = { PORT: String(await freePort()), SIGN_IN_URL: 'http://127.0.0.1:1/sign-in' };
  await using alone = run('apps/partner/main.ts', environment);
  const [, address = ''] = await alone.says(/is at (http\S+),/);
  const page = await fetch(new URL('/sign-in', address));
  expect([page.status, await page.text()]).toEqual([
    200,
    expect.stringContaining('can’t be reached just now'),
  ]);
});

test('a code that was not asked for is not exchanged', async () => {
  learnt.splice(0);
  const callback = new URL('/callback?code=stolen&state=guessed', service);
  const answer = await fetch(callback, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('/?notice=over');
  expect(learnt).toEqual([]);
});

describe.skipIf(missing)('in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  });
  afterEach(async () => {
    isLibraryDown = false;
    system.legacy.prs.faults.clear();
    system.legacy.cms.faults.clear();
    await Promise.all(browser.contexts().map((context) => context.close()));
  });

  async function open(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', ...options });
    context.setDefaultTimeout(60_000);
    const page = await context.newPage();
    page.on('request', async (request) => {
      if (request.url().startsWith(service.origin)) {
        const headers = await request.allHeaders().catch(() => ({}));
        learnt.push(request.url(), JSON.stringify(headers), request.postData() ?? '');
      }
    });
    await page.goto(service.href);
    return page;
  }

  async function typeCard(page: Page): Promise<void> {
    await page.getByRole('link', { name: 'Sign in at the library' }).click();
    await page.getByLabel('Library card number').fill(reader.number);
    await page.getByLabel('PIN', { exact: true }).fill(reader.pin);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function signIn(page: Page): Promise<void> {
    await typeCard(page);
    const allow = page.getByRole('button', { name: 'Allow', exact: true });
    const account = page.getByRole('heading', { name: 'All that we know of you' });
    await allow.or(account).first().waitFor();
    if (await allow.isVisible()) {
      await allow.click();
    }
    await account.waitFor();
  }

  const pseudonymOn = (page: Page) => page.locator('dd code').textContent();

  test('a reader who refuses is not signed in, and reads why', async () => {
    const page = await open();
    await typeCard(page);
    await page.getByRole('button', { name: 'Do not allow' }).click();
    await page.getByText('You did not allow the library').waitFor();
    expect(new URL(page.url()).origin).toBe(service.origin);
    await page.getByRole('link', { name: 'Sign in at the library' }).waitFor();
  });

  test('a reader signs in, and the service learns only a pseudonym and the standing', async () => {
    learnt.splice(0);
    const page = await open();
    await signIn(page);
    const pseudonym = await pseudonymOn(page);
    expect(pseudonym).toMatch(/^[\w-]{43}$/);
    await page.getByText('In good standing: you may borrow.').waitFor();
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('In good standing: you may borrow.').waitFor();
    const everything = learnt.join('\n');
    expect(everything).toContain('id_token');
    expect(everything).toContain(service.origin);
    const claims = [...everything.matchAll(/"id_token":"[\w-]+\.([\w-]+)\./g)].map(
      ([, payload = '']) => JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as object,
    );
    expect(claims.length).toBeGreaterThanOrEqual(2);
    for (const one of claims) {
      expect(one).toMatchObject({ sub: pseudonym, library_standing: 'good' });
    }
    const readable = `${everything}\n${JSON.stringify(claims)}`;
    for (const value of unknown) {
      expect(readable).not.toContain(value);
    }
  });

  test('a reader whose standing changes sees it at the next request, and keeps the pseudonym', async () => {
    const page = await open();
    await signIn(page);
    const pseudonym = await pseudonymOn(page);
    const { patrons } = system.store.prs;
    const before = patrons.get(reader.patronId) ?? expect.fail('the reader is not there');
    patrons.put({ ...before, status: 'S' });
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('Not in good standing').waitFor();
    expect(await pseudonymOn(page)).toBe(pseudonym);
    expect(await violationsOf(page)).toEqual([]);
    patrons.put(before);
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('In good standing').waitFor();
  });

  test('a page that is open shows that the standing has changed, and that a connection is lost', async () => {
    const page = await open();
    await signIn(page);
    await page.getByText('In good standing').waitFor();
    // The reader is followed.
    await untilOpen(system, 1);
    const token = await system.token({ subject: 'desk', scope: 'patrons:write' });
    const change = (field: string) =>
      system.change(field, 'operation { state }', { patronId: reader.patronId }, { token });
    await change('suspendPatron');
    await page.getByText('Not in good standing').waitFor();
    await change('liftSuspension');
    await page.getByText('In good standing').waitFor();
    const hasScript = () =>
      page.evaluate(() =>
        performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/live.js')),
      );
    await expect.poll(hasScript, { timeout: 60_000 }).toBe(true);
    await page.context().setOffline(true);
    await page.getByText('The connection is lost.').waitFor();
    await change('suspendPatron');
    await page.context().setOffline(false);
    await page.getByText('Not in good standing').waitFor();
    await change('liftSuspension');
    await page.getByText('In good standing').waitFor();
    expect(await page.locator('.lost').isVisible()).toBe(false);
  });

  test('a double click asks once and signs nobody out', async () => {
    const page = await open();
    await signIn(page);
    await page.getByRole('button', { name: 'Ask the library again' }).dblclick();
    await page.getByText('In good standing').waitFor();
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('In good standing').waitFor();
    expect(await page.locator('.notice').count()).toBe(0);
  });

  test('while a legacy system or the library is down, the reader stays signed in and is told', async () => {
    const page = await open();
    await signIn(page);
    system.legacy.prs.faults.set([{ kind: 'reset-before' }]);
    system.legacy.cms.faults.set([{ kind: 'reset-before' }]);
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('The library can’t be reached just now').waitFor();
    await page.getByText('In good standing').waitFor();
    system.legacy.prs.faults.clear();
    system.legacy.cms.faults.clear();
    isLibraryDown = true;
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('The library can’t be reached just now').waitFor();
    isLibraryDown = false;
    await page.getByRole('button', { name: 'Ask the library again' }).click();
    await page.getByText('In good standing').waitFor();
    expect(await page.locator('.notice').count()).toBe(0);
  });

  test('signing out ends the session here and at the library', async () => {
    const page = await open();
    await signIn(page);
    await page.getByRole('button', { name: 'Sign out' }).click();
    const atLibrary = page.getByRole('button', { name: 'Sign out' });
    await atLibrary.waitFor();
    expect(new URL(page.url()).origin).toBe(system.signIn?.origin);
    await atLibrary.click();
    await page.getByText('You are signed out.').waitFor();
    await page.getByRole('link', { name: 'Sign in at the library' }).click();
    await page.getByLabel('Library card number').waitFor();
  });

  test('in Chinese, 360 pixels wide, it works by keyboard alone, axe finds no violation and nothing scrolls sideways', async () => {
    const page = await open({ viewport: { width: 360, height: 740 } });
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '示範電子書' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hant');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.origin !== service.origin);
    await page.goto(service.href);
    await page.getByText('用圖書證借閱電子書').waitFor();
    expect(await violationsOf(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  });

  test('its cookie is bound to its host, and no script can read it', async () => {
    const page = await open();
    await signIn(page);
    const cookies = await page.context().cookies(service.href);
    expect(cookies).toEqual([
      expect.objectContaining({
        name: '__Host-ebooks',
        domain: 'localhost',
        httpOnly: true,
        secure: true,
        sameSite: 'Lax',
      }),
    ]);
    expect(await page.context().cookies(system.url)).not.toContainEqual(
      expect.objectContaining({ name: '__Host-ebooks' }),
    );
  });
});
