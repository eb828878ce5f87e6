/**
 * Tabs that tests use one after the other. A new tab costs a second of processor time, mostly to start its process and
 * to compile the page. A cleaned tab costs almost nothing.
 */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { TestRunner } from 'vitest';

type Cookies = Parameters<BrowserContext['addCookies']>[0];

/** A tab, alone in its context, and the errors in it since it was opened. */
export interface Tab {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Errors of the page, and errors in the browser's console. */
  readonly complaints: readonly string[];
}

export interface Tabs {
  /**
   * Opens a tab without history, storage, routes and listeners. It has only the given cookies. Waits have a timeout of
   * 60 s by default.
   */
  open(options?: BrowserContextOptions, cookies?: Cookies): Promise<Tab>;
  /**
   * Call this after each test. It prints what the tabs show if the test failed, takes all tabs back, and cleans them
   * for the next test. Tabs that a test has closed, or whose clock it has replaced, are not used again. Resolves to the
   * errors in all of the tabs.
   */
  takeBack(): Promise<readonly string[]>;
}

/** The default timeout, in ms. It is long, because a loaded machine is slow and no test of pages measures speed. */
const timeoutMs = 60_000;
const defaultViewport = { width: 1280, height: 720 };

interface KeptTab {
  readonly context: BrowserContext;
  readonly page: Page;
  /**
   * The context's options as text. Tabs of one kind can replace each other. The window's size is not part of the text,
   * because the size can be changed.
   */
  readonly kind: string;
  complaints: string[];
}

/** `origin` is the origin of the pages. A waiting tab shows its `/health/live`, because no script runs there. */
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

/** Prints what the page shows after a failed test. A rare failure can't be examined afterwards. */
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

/** Cleans the tab. Resolves to whether it is now like a new tab. */
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
  if (!(await leave(page, `${origin}/health/live`))) {
    return false;
  }
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

/** The longest wait for a page without scripts, in ms. It is shorter than the time limit of hooks. */
const leavingMs = 10_000;

/**
 * Leaves the page for another address. Resolves to false if the page was on its way to a third address by itself, such as
 * that of the provider after a sign-out: then it may still go there, and sometimes the browser does not even say so.
 */
async function leave(page: Page, to: string): Promise<boolean> {
  try {
    await page.goto(to, { timeout: leavingMs });
    return true;
  } catch (error) {
    // Chromium says the second if the page begins its own way at the same moment.
    if (
      error instanceof Error &&
      /is interrupted by another navigation|net::ERR_ABORTED|Timeout \d+ms exceeded/.test(error.message)
    ) {
      return false;
    }
    throw error;
  }
}
