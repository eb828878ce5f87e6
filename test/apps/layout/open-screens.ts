/** The screens in Chromium, over a whole system with a full library on a fixed day. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { enrolStation } from '../../support/pages/enrol-station.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { workAt } from '../../support/pages/work-at.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { fullLibrary, now, reader, recordFindings } from './full-library.ts';
import type { Screen } from './screens.ts';

export type Language = 'en-GB' | 'zh-HK';

export interface OpenScreens extends AsyncDisposable {
  readonly system: RunningSystem;
  readonly browser: Browser;
  /** Opens a screen, until all of it is shown. The page is used again for the next screen. */
  open(
    screen: Screen,
    language: Language,
    size: { readonly width: number; readonly height: number },
  ): Promise<Page>;
}

/** With these, readers have every way of paying, as in `npm start`. */
const behindEnv = {
  CHARGES_RETURN_ORIGINS: 'https://library.example',
  CHARGES_PAYMENT_HOSTS: 'pay.rps.library.example',
};

/** The longest wait, in ms. It is long because a loaded machine is slow, and no test here measures speed. */
const waitMs = 60_000;

async function prepare(page: Page, url: string, seenBy: Screen['seenBy']): Promise<void> {
  if (seenBy === 'reader') {
    await page.goto(`${url}/my/sign-in`);
    await signIn(page, reader.libraryCard, '1234');
    await page.waitForURL(`${url}/my/**`);
  } else if (seenBy !== 'stranger') {
    await page.goto(`${url}/staff/sign-in`);
    await signIn(page, 'chan', 'demonstration');
    await page.waitForURL(`${url}/staff/**`);
  }
  if (seenBy === 'station') {
    await enrolStation(page, url, 'HKCL');
  }
}

export async function openScreens(): Promise<OpenScreens> {
  await using resources = new AsyncDisposableStack();
  for (const name of ['staff', 'reader', 'station']) {
    await buildPage(name);
  }
  const system = resources.use(
    await startSystem(now, {}, { hasPages: true, buildsIndex: true, store: fullLibrary(), behindEnv }),
  );
  // The due days of new loans are of the fixed day, too.
  system.legacy.circ.clockOffsetMs = now.getTime() - Date.now();
  await recordFindings(system.dataDir);
  const browser = await launchChromium();
  resources.defer(() => browser.close());
  const pages = new Map<string, Page>();
  const pageOf = async (seenBy: Screen['seenBy'], language: Language): Promise<Page> => {
    const key = `${seenBy} ${language}`;
    const kept = pages.get(key);
    if (kept !== undefined) {
      return kept;
    }
    const context: BrowserContext = await browser.newContext({
      locale: language,
      reducedMotion: 'reduce',
      timezoneId: 'Asia/Hong_Kong',
    });
    context.setDefaultTimeout(waitMs);
    const page = await context.newPage();
    await prepare(page, system.url, seenBy);
    await page.clock.setFixedTime(now);
    pages.set(key, page);
    return page;
  };
  const running = resources.move();
  return {
    system,
    browser,
    async open({ seenBy, path, show }, language, size) {
      const page = await pageOf(seenBy, language);
      await page.setViewportSize(size);
      if (seenBy === 'staff') {
        await workAt(page, system.url, 'HKCL');
      }
      await page.goto(`${system.url}${path}`);
      await page.locator('h1').first().waitFor();
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      await show?.(page);
      await page.locator('.loading').first().waitFor({ state: 'detached' });
      return page;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
