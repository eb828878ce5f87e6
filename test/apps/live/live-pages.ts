/** The pages of staff and of readers, which follow what changes, over one library. */
import type { Browser, BrowserContext, Page, Request } from 'playwright-core';
import { sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { signInAsStaff } from '../../support/pages/sign-in-as-staff.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

export interface LivePages extends AsyncDisposable {
  readonly system: RunningSystem;
  /** A browser of a member of staff, who is signed in. */
  staff(): Promise<LiveBrowser>;
  /** A browser of a reader, with the card of this number. */
  reader(number: string): Promise<LiveBrowser>;
}

/** A browser of one person: tabs that share cookies, connections and locks. */
export interface LiveBrowser extends AsyncDisposable {
  readonly context: BrowserContext;
  open(path: string): Promise<Page>;
  /** The tabs that keep a stream open. */
  leaders(): readonly Page[];
}

export async function openLivePages(): Promise<LivePages> {
  await using resources = new AsyncDisposableStack();
  await buildPage('staff');
  await buildPage('reader');
  const system = resources.use(await startSystem(undefined, {}, { hasPages: true, buildsIndex: true }));
  const browser = await sharedChromium();
  resources.defer(() => browser.close());
  const running = resources.move();
  return {
    system,
    staff: async () =>
      await openBrowser(browser, system, await signInAsStaff(browser, system.url, 'chan', { branch: null })),
    async reader(number) {
      const opened = await openBrowser(browser, system);
      const page = await opened.context.newPage();
      await page.goto(`${system.url}/my/sign-in`);
      await signIn(page, number, '1234');
      await page.waitForURL(`${system.url}/my/**`);
      await page.close();
      return opened;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

async function openBrowser(
  browser: Browser,
  { url }: RunningSystem,
  storageState?: Awaited<ReturnType<typeof signInAsStaff>>,
): Promise<LiveBrowser> {
  const context = await browser.newContext({ locale: 'en-GB', ...(storageState && { storageState }) });
  context.setDefaultTimeout(60_000);
  const openStreams = new Set<Request>();
  context.on('request', (request) => {
    if (request.url().endsWith('/live')) {
      openStreams.add(request);
    }
  });
  context.on('requestfinished', (request) => openStreams.delete(request));
  context.on('requestfailed', (request) => openStreams.delete(request));
  return {
    context,
    // A tab that is closed tells nothing of its requests.
    leaders: () => [...openStreams].map((one) => one.frame().page()).filter((page) => !page.isClosed()),
    async open(path) {
      const page = await context.newPage();
      await page.goto(`${url}${path}`);
      await page.locator('main h1').waitFor();
      return page;
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}
