/** The reader's page as `npm run build` makes it, in a browser, with the whole library system behind it. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import { sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { createTabs, type Tab } from '../../support/pages/tabs.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

/** Readers of the seed data, named by the trait that tests need. All have the PIN 1234. */
export const readers = {
  /** P0000002, who has five loans on two cards, and a reservation. */
  siuMing: '21852000000033',
  /** P0000001, who has ten loans, so the quota is full. */
  full: '21852000000017',
  /** P0000012, who has thirteen loans. */
  overQuota: '21852000000173',
  /** P0000013. */
  suspended: '21852000000199',
  /** P0000016, who has overdue loans and a charge. */
  overdue: '21852000000223',
  /** P0000003, for whom a copy waits on the hold shelf. */
  ready: '21852000000058',
  /** P0000004, who has no loans. One application of this patron waits for a decision. */
  nothing: '21852000000066',
};

export interface ReaderTab extends Tab {
  /** The body of every answer from the page's own origin, as text. */
  readonly answers: readonly string[];
  /** Every address that the tab showed or requested. */
  readonly addresses: readonly string[];
}

export interface ReaderPages extends AsyncDisposable {
  readonly system: RunningSystem;
  readonly browser: Browser;
  /** Opens a tab at a path of the page, in a browser of its own. */
  open(path: string, options?: BrowserContextOptions): Promise<ReaderTab>;
  /** Opens a tab like `open`, and signs in with the card of this number. */
  signIn(number: string, path?: string, options?: BrowserContextOptions): Promise<ReaderTab>;
  /** Must be called after each test. */
  takeBack(): Promise<unknown>;
}

/** The longest wait for a page, in ms. It is long because a loaded machine is slow. */
export const patienceMs = 60_000;

/** `hasAddedSystems`: if false, the library has no payment system. `behindEnv`: variables of the subgraphs. */
export async function openReaderPages({
  hasAddedSystems = true,
  behindEnv = {} as NodeJS.ProcessEnv,
} = {}): Promise<ReaderPages> {
  await using resources = new AsyncDisposableStack();
  await buildPage('reader');
  const system = resources.use(
    await startSystem(undefined, {}, { hasPages: true, hasAddedSystems, behindEnv }),
  );
  const browser = await sharedChromium();
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
      await tab.page.waitForURL(`${system.url}${path.split('#')[0]}`);
      await tab.page.locator('main h1').waitFor();
      return tab;
    },
    takeBack: () => tabs.takeBack(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Signs in at the library's page, in English or Chinese. */
export const fillIn = (page: Page, number: string): Promise<void> => signIn(page, number, '1234');

export async function expectNoSidewaysScrolling(page: Page, width: number): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
}
