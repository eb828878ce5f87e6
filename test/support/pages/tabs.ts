/**
 * Tabs that tests use one after the other. A new tab costs a second of processor time, most of it to start its process and to
 * compile the page; one that is cleaned costs almost nothing.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { TestRunner } from 'vitest';

type Cookies = Parameters<BrowserContext['addCookies']>[0];

/** A tab alone in its context, with what the browser complained of since it was opened. */
export interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and those in the browser's console. */
  readonly complaints: readonly string[];
}

export interface Tabs {
  /** A tab without history, storage, routes and listeners, and with no cookies but these. Waits that name no time have 60 s. */
  open(options?: BrowserContextOptions, cookies?: Cookies): Promise<Tab>;
  /**
   * To be called after each test: prints what the tabs show where it failed, takes all back, and cleans them for the next one.
   * Those whose clock a test has replaced, or that it has closed, are not used again. Resolves to what the browser complained of in
   * any of them.
   */
  takeBack(): Promise<readonly string[]>;
}

/** In ms. Generous, because a loaded machine is slow and no test of pages measures speed. */
const timeoutMs = 60_000;
const defaultViewport = { width: 1280, height: 720 };

interface KeptTab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Tabs are the same whose contexts have the same options; the size of the window can be changed. */
  readonly kind: string;
  complaints: string[];
}

/** `origin`: of the pages, whose `/health/live` is shown while a tab waits: nothing runs there. */
export function createTabs(browser: Browser, origin: string): Tabs {
  const inUse: KeptTab[] = [];
  const free: KeptTab[] = [];

  async function create(options: BrowserContextOptions, kind: string): Promise<KeptTab> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(timeoutMs);
    const page = await context.newPage();
    const tab: KeptTab = { context, page, kind, complaints: [] };
    page.on('console', (message) => message.type() === 'error' && tab.complaints.push(message.text()));
    page.on('pageerror', (error) => tab.complaints.push(String(error)));
    return tab;
  }

  return {
    async open({ viewport = defaultViewport, ...options } = {}, cookies = []) {
      const kind = JSON.stringify(options);
      const index = free.findIndex((one) => one.kind === kind);
      const [tab = await create({ ...options, viewport }, kind)] = index < 0 ? [] : free.splice(index, 1);
      inUse.push(tab);
      tab.complaints = [];
      const { context, page, complaints } = tab;
      await page.setViewportSize(viewport ?? defaultViewport);
      await context.addCookies(cookies);
      return { context, page, complaints };
    },
    async takeBack() {
      const tabs = inUse.splice(0);
      const complaints = tabs.flatMap((tab) => tab.complaints);
      for (const tab of tabs) {
        await tellOfFailure(tab);
        if (!tab.page.isClosed() && (await clean(tab, origin))) {
          free.push(tab);
        } else {
          await tab.context.close();
        }
      }
      return complaints;
    },
  };
}

/** After a test that has failed: prints what the page shows. A failure that is rare can't be looked at afterwards. */
async function tellOfFailure({ page, complaints }: KeptTab): Promise<void> {
  const test = TestRunner.getCurrentTest();
  if (test?.result?.state !== 'fail' || page.isClosed()) {
    return;
  }
  const shown = await page
    .locator('body')
    .ariaSnapshot({ timeout: 5_000 })
    .catch((error: unknown) => String(error));
  process.stderr.write(
    `${test.name}: ${page.url()} showed\n${shown}\n${complaints.map((one) => `${one}\n`).join('')}`,
  );
}

/** Resolves to whether the tab is as a new one is. */
async function clean({ context, page }: KeptTab, origin: string): Promise<boolean> {
  for (const other of context.pages()) {
    if (other !== page) {
      await other.close();
    }
  }
  for (const event of ['request', 'response', 'framenavigated'] as const) {
    page.removeAllListeners(event);
  }
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await context.setOffline(false);
  await page.goto(`${origin}/health/live`);
  await context.clearCookies();
  const devTools = await context.newCDPSession(page);
  await devTools.send('Page.resetNavigationHistory');
  await devTools.detach();
  return await page.evaluate(() => {
    localStorage.clear();
    sessionStorage.clear();
    return Function.prototype.toString.call(Date).includes('[native code]');
  });
}
