/** The reader's page as `npm run build` makes it, over the whole system, in a browser. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { launchChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { createTabs, type Tab } from '../../support/pages/tabs.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

/** Readers of the seed, by what tests use them for. All have the PIN 1234. */
export const readers = {
  /** P0000002: five loans on two cards, a reservation. */
  siuMing: '21852000000033',
  /** P0000001: ten loans; the quota is full. */
  full: '21852000000017',
  /** P0000012: thirteen loans. */
  overQuota: '21852000000173',
  /** P0000013 */
  suspended: '21852000000199',
  /** P0000016: overdue loans, and a charge. */
  overdue: '21852000000223',
  /** P0000003: a copy waits on the hold shelf. */
  ready: '21852000000058',
  /** P0000004: nothing on loan; an application waits. */
  nothing: '21852000000066',
};

/** A tab, with its requests and answers. */
export interface ReaderTab extends Tab {
  /** The bodies of every answer of this origin, as text. */
  readonly answers: readonly string[];
  /** Every address of the tab and of its requests. */
  readonly addresses: readonly string[];
}

export interface ReaderPages extends AsyncDisposable {
  readonly system: RunningSystem;
  readonly browser: Browser;
  /** A tab in a browser of its own, at a path of the page. */
  open(path: string, options?: BrowserContextOptions): Promise<ReaderTab>;
  /** The same, signed in with that card. */
  signIn(number: string, path?: string, options?: BrowserContextOptions): Promise<ReaderTab>;
  /** Call it after each test. */
  takeBack(): Promise<unknown>;
}

/** How long a page may wait, in ms. A loaded machine is slow. */
export const patienceMs = 60_000;

export async function openReaderPages(): Promise<ReaderPages> {
  await using resources = new AsyncDisposableStack();
  await buildPage('reader');
  const system = resources.use(await startSystem(undefined, {}, { hasPages: true }));
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  const running = resources.move();
  const tabs = createTabs(browser, system.url);
  const open: ReaderPages['open'] = async (path, options = {}) => {
    const tab = await tabs.open({ locale: 'en-GB', ...options });
    const { page } = tab;
    const answers: string[] = [];
    const addresses: string[] = [];
    page.on('request', (request) => addresses.push(request.url()));
    page.on('framenavigated', (frame) => addresses.push(frame.url()));
    page.on('response', (response) => {
      if (response.url().startsWith(system.url) && response.status() < 300) {
        response.text().then(
          (text) => answers.push(text),
          () => undefined,
        );
      }
    });
    await page.goto(`${system.url}${path}`);
    await page.locator('h1').waitFor();
    return { ...tab, answers, addresses };
  };
  return {
    system,
    browser,
    open,
    async signIn(number, path = '/my/', options) {
      const tab = await open(path, options);
      await tab.page.locator(`a[href^="/my/sign-in"]`).first().click();
      await fillIn(tab.page, number);
      await tab.page.waitForURL(`${system.url}${path}`);
      await tab.page.locator('main h1').waitFor();
      return tab;
    },
    takeBack: () => tabs.takeBack(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Signs in at the library's page, in English or Chinese. */
export const fillIn = (page: Page, number: string): Promise<void> => signIn(page, number, '1234');

/** Expects that the page doesn't scroll sideways. */
export async function expectNoSidewaysScrolling(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
}
