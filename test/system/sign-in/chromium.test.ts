/**
 * The pages in a real browser. `openid-client` is the relying party, on a server of its own. A reader fills in the
 * forms by label and keyboard, and axe checks each page. The pages need no scripts, so scripts are off. Only axe runs
 * as a script.
 */
import { createServer } from 'node:http';
import axe from 'axe-core';
import * as client from 'openid-client';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { cards, type MadeUpReaders, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { type Begun, type RelyingParty, relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';

const skips = chromiumMissing('The pages of sign-in are not tried in a browser');

describe.skipIf(skips)('in Chromium', () => {
  /** The server of the services. Its page shows the path to which the browser was redirected. */
  const services = openedForTests(() =>
    listenOnLoopback(
      createServer((request, response) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        response.end(`<!doctype html><title>service</title><p>Back at ${request.url?.split('?')[0]}`);
      }),
    ),
  );
  let browser: Browser;
  let graph: MadeUpReaders;
  const signIn = openedForEachTest(() => {
    graph = madeUpReaders();
    return startSignInOfTests({ graph, parties: services.origin });
  });
  let context: BrowserContext;
  let page: Page;
  beforeAll(async () => {
    browser = await sharedChromium();
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(() => openContext({ javaScriptEnabled: false, locale: 'en-GB' }));
  afterEach(() => context.close());

  async function openContext(options: BrowserContextOptions): Promise<void> {
    context = await browser.newContext(options);
    page = await context.newPage();
  }

  async function fillIn(number: string, pin: string): Promise<void> {
    await page.getByLabel('Library card number').fill(number);
    await page.getByLabel('PIN', { exact: true }).fill(pin);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function begin(party: RelyingParty, more: Readonly<Record<string, string>> = {}): Promise<Begun> {
    const begun = await party.begin(more);
    await page.goto(begun.url.href);
    return begun;
  }

  test('a service gets the code by form_post, also while there is a session', async () => {
    const ebooks = await relyingParty(signIn, 'ebooks');
    await context.close();
    // The form submits itself, by the provider's script.
    await openContext({ locale: 'en-GB' });
    for (const signsIn of [true, false]) {
      await begin(ebooks, { response_mode: 'form_post' });
      if (signsIn) {
        await fillIn(cards.siuMing, '1234');
        await page.getByRole('button', { name: 'Allow', exact: true }).click();
      }
      await page.getByText('Back at /ebooks/callback').waitFor();
    }
  });

  test('a reader signs in, consents, loses the standing and signs out', async () => {
    const ebooks = await relyingParty(signIn, 'ebooks');
    const begun = await begin(ebooks);
    expect(await page.title()).toBe('Sign in to Example E-books – Lion Rock Public Library');
    await fillIn(cards.siuMing, '1234');
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('Allow Example E-books?');
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('Back at /ebooks/callback').waitFor();
    const tokens = await ebooks.finish(begun, page.url());
    const { pseudonym } = await graph.standing('P0000001', 'example-ebooks');
    expect(tokens.claims()).toMatchObject({ sub: pseudonym, library_standing: 'good' });
    graph.standings.set('P0000001', false);
    const refreshed = await ebooks.refresh(tokens.refresh_token);
    expect(refreshed.claims()).toMatchObject({ sub: pseudonym, library_standing: 'not_good' });
    await page.goto(
      client.buildEndSessionUrl(ebooks.config, {
        id_token_hint: refreshed.id_token ?? '',
        post_logout_redirect_uri: `${services.origin}/ebooks/`,
      }).href,
    );
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('Back at /ebooks/').waitFor();
    await expect(ebooks.refresh(refreshed.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    await begin(ebooks);
    expect(await page.title()).toContain('Sign in to Example E-books');
  });

  test('a second service needs no second sign-in, but its own consent, and gets another pseudonym', async () => {
    const names: (string | undefined)[] = [];
    for (const party of ['ebooks', 'audiobooks'] as const) {
      const service = await relyingParty(signIn, party);
      const begun = await begin(service);
      if (party === 'ebooks') {
        await fillIn(cards.siuMing, '1234');
      }
      await page.getByRole('button', { name: 'Allow', exact: true }).click();
      await page.getByText(`Back at /${party}/callback`).waitFor();
      names.push((await service.finish(begun, page.url())).claims()?.sub);
    }
    expect(new Set(names).size).toBe(2);
  });

  test('a wrong PIN, and too many of them, show the same announced sentence, and the number stays in its field', async () => {
    const sentence = /The number or the PIN is wrong/;
    await begin(await relyingParty(signIn, 'ebooks'));
    for (let tries = 0; tries < 4; tries += 1) {
      await fillIn(cards.siuMing, '9999');
      expect(await page.getByRole('alert').textContent()).toMatch(sentence);
      expect(await page.title()).toContain('Error: ');
      const number = page.getByLabel('Library card number');
      expect(await number.inputValue()).toBe(cards.siuMing);
      expect(await number.getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByLabel('PIN', { exact: true }).inputValue()).toBe('');
    }
    // The number is locked now, so the right PIN gets the same answer.
    await fillIn(cards.siuMing, '1234');
    expect(await page.getByRole('alert').textContent()).toMatch(sentence);
  });

  test('a first PIN is set with a code from the counter, on the way to a service', async () => {
    const ebooks = await relyingParty(signIn, 'ebooks');
    const begun = await begin(ebooks);
    await page.getByRole('link', { name: 'No PIN yet, or forgotten?' }).click();
    await page.getByLabel('Library card number').fill(cards.withoutPin);
    await page.getByLabel('Code from the counter').fill('48217350');
    await page.getByLabel('New PIN', { exact: true }).fill('246810');
    await page.getByLabel('New PIN, again').fill('246810');
    await page.getByRole('button', { name: 'Set a PIN' }).click();
    await page.getByRole('button', { name: 'Allow', exact: true }).click();
    await page.getByText('Back at /ebooks/callback').waitFor();
    expect((await ebooks.finish(begun, page.url())).claims()?.library_standing).toBe('good');
  });

  test('the keyboard alone is enough', async () => {
    await begin(await relyingParty(signIn, 'ebooks'));
    const hasFocus = (id: string) => page.locator(`#${id}:focus`).count();
    // The first Tab goes to the switch of languages, the second to the form.
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await hasFocus('number')).toBe(1);
    await page.keyboard.type(cards.siuMing);
    await page.keyboard.press('Tab');
    expect(await hasFocus('pin')).toBe(1);
    await page.keyboard.type('1234');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Allow Example E-books?' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Back at /ebooks/callback').waitFor();
  });

  test('the pages are in Chinese if the browser prefers it, the service asks for it, or the reader chooses it', async () => {
    await begin(await relyingParty(signIn, 'ebooks'), { ui_locales: 'zh-HK' });
    expect(await page.title()).toBe('登入示例電子書 – 獅子山公共圖書館');
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-Hant');
    await page.getByRole('link', { name: 'English' }).click();
    expect(await page.title()).toBe('Sign in to Example E-books – Lion Rock Public Library');
    await page.getByRole('link', { name: '中文' }).click();
    expect(await page.title()).toBe('登入示例電子書 – 獅子山公共圖書館');
    await context.close();
    await openContext({ javaScriptEnabled: false, locale: 'zh-TW' });
    await begin(await relyingParty(signIn, 'ebooks'));
    await page.getByLabel('圖書證號碼').fill(cards.siuMing);
    await page.getByLabel('密碼', { exact: true }).fill('9999');
    await page.getByRole('button', { name: '登入' }).click();
    expect(await page.getByRole('alert').textContent()).toMatch(/號碼或密碼不正確/);
  });

  describe.each([
    ['en-GB', 'light'],
    ['zh-HK', 'dark'],
  ] as const)('every page, in %s and %s', (locale, colorScheme) => {
    test('axe finds nothing, and the page fits a phone of 360 px', async () => {
      await context.close();
      await openContext({ locale, colorScheme, viewport: { width: 360, height: 740 } });
      const submit = () => page.locator('form button').first().click();
      const fill = async (fields: Readonly<Record<string, string>>) => {
        for (const [id, value] of Object.entries(fields)) {
          await page.locator(`#${id}`).fill(value);
        }
        await submit();
      };
      const visited: string[] = [];
      const look = async (name: string) => {
        visited.push(name);
        expect(await objectionsTo(page), name).toEqual([]);
        const width = await page.evaluate('document.documentElement.scrollWidth');
        expect(width, `the width of ${name}`).toBeLessThanOrEqual(360);
      };
      const ebooks = await relyingParty(signIn, 'ebooks');
      await begin(ebooks);
      await look('sign in');
      await fill({ number: cards.siuMing, pin: '9999' });
      await look('a wrong PIN');
      const here = page.url();
      await page.goto(`${here}/pin`);
      await look('set a PIN');
      await fill({ number: cards.withoutPin, code: '1', newPin: '1234', newPinAgain: '4321' });
      await look('two PINs that differ');
      await page.goto(here);
      await fill({ number: cards.siuMing, pin: '1234' });
      await look('consent');
      await submit();
      await page.goto(`${signIn.issuer.href}/session/end`);
      await look('sign out');
      await page.getByRole('button').first().click();
      await page.waitForURL(/success/);
      await look('signed out');
      await page.goto(`${signIn.issuer.href}`);
      await look('start');
      await page.goto(`${signIn.issuer.href}/auth?client_id=nobody`);
      await look('failure');
      await page.goto(`${signIn.issuer.href}/nothing`);
      await look('nothing here');
      await page.goto(`${signIn.issuer.href}/interaction/expired`);
      await look('expired');
      await page.goto(`${signIn.issuer.href}/pin`);
      await fill({ number: cards.withoutPin, code: '48217350', newPin: '4321', newPinAgain: '4321' });
      await look('the PIN is set');
      expect(visited).toHaveLength(12);
    }, 60_000);
  });

  test('clickjacking: another site can’t show the page in a frame', async () => {
    const { url } = await (await relyingParty(signIn, 'ebooks')).begin();
    await page.goto(services.origin);
    await page.setContent(`<iframe src="${url.href.replaceAll('&', '&amp;')}"></iframe>`);
    await page.waitForTimeout(500);
    const [, framed] = page.frames();
    expect(await framed?.locator('input').count()).toBe(0);
  });
});

interface Objection {
  readonly id: string;
  readonly targets: readonly unknown[];
}

/** axe's findings on the page, by WCAG 2.2 AA and its best practices. */
async function objectionsTo(page: Page): Promise<readonly Objection[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = (await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)} })`,
  )) as axe.AxeResults;
  return violations.map(({ id, nodes }) => ({ id, targets: nodes.map(({ target }) => target) }));
}
