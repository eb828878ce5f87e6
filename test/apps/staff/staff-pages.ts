/** The staff's pages in Chromium, signed in at the sign-in of the same process. */
import type { Cookie, Page } from 'playwright-core';
import { itemNo } from '../../../simulators/library/numbers.ts';
import type { Store } from '../../../simulators/tables/store.ts';
import { sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signInAsStaff } from '../../support/pages/sign-in-as-staff.ts';
import { createTabs } from '../../support/pages/tabs.ts';
import { workAt } from '../../support/pages/work-at.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

export interface StaffPages extends AsyncDisposable {
  readonly system: RunningSystem;
  open(path: string, options?: OpenOptions): Promise<StaffPage>;
  /** Must be called after each test. */
  takeBack(): Promise<unknown>;
}

interface OpenOptions {
  /** One of the two members of staff of the demonstration. */
  readonly user?: 'chan' | 'lee';
  /** The scopes of the user's token, separated by spaces. The default is all scopes of staff. */
  readonly scope?: string;
  /** The branch to work at. The default is null, for no branch. If it is `ask`, the page asks for it. */
  readonly branch?: string | null;
  readonly width?: number;
  readonly language?: 'en' | 'zh-Hant';
}

export interface StaffPage {
  readonly page: Page;
  /** The errors of the page and of the browser's console. */
  readonly complaints: readonly string[];
}

/** The longest wait, in ms. It is long because a loaded machine is slow, and no test here measures speed. */
export const timeout = 60_000;

const localeOf = { en: 'en-GB', 'zh-Hant': 'zh-HK' } as const;

/** The seed data, with enough copies of one title for the tests of the desk. */
function storeForDesks(): Store {
  const store = storeForTests();
  const [walden] = [...store.circ.items.values()].filter(
    ({ bibNo, state }) => bibNo === 'B0000010' && state === 'A',
  );
  if (walden === undefined) {
    throw new Error('the seed has no copy on the shelf');
  }
  for (let position = 101; position <= 160; position += 1) {
    store.circ.items.put({ ...walden, itemNo: itemNo(position) });
  }
  return store;
}

/**
 * Starts the pages with simulators of their own. `buildsIndex` is needed by views that list the whole library.
 * `hasAddedSystems`: if false, the library has no payment system. `webhooksFile` names the receivers of notices. `behindEnv`: variables of the subgraphs.
 * `store` has the simulators' data, and `change` changes them before the start.
 */
export async function startStaffPages({
  buildsIndex = false,
  hasAddedSystems = true,
  webhooksFile = null as string | null,
  behindEnv = {} as NodeJS.ProcessEnv,
  store = storeForDesks(),
  change = (_store: Store): void => undefined,
} = {}): Promise<StaffPages> {
  await using resources = new AsyncDisposableStack();
  await buildPage('staff');
  change(store);
  const system = resources.use(
    await startSystem(
      undefined,
      {},
      { hasPages: true, buildsIndex, hasAddedSystems, webhooksFile, behindEnv, store },
    ),
  );
  const browser = await sharedChromium();
  resources.defer(() => browser.close());
  const tabs = createTabs(browser, system.url);
  const sessions = new Map<string, readonly Cookie[]>();
  const running = resources.move();
  return {
    system,
    async open(path, { user = 'chan', scope, branch = null, width = 1280, language = 'en' } = {}) {
      const session = `${user} ${scope}`;
      const cookies =
        sessions.get(session) ?? (await signInAsStaff(browser, system.url, user, { scope })).cookies;
      sessions.set(session, cookies);
      const options = { viewport: { width, height: 800 }, locale: localeOf[language] };
      const { page, complaints } = await tabs.open(options, cookies);
      if (branch !== 'ask') {
        await workAt(page, system.url, branch);
      }
      await page.goto(`${system.url}/staff${path}`);
      await page.locator('main h1').waitFor();
      return { page, complaints };
    },
    takeBack: () => tabs.takeBack(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The distance that the page can be scrolled sideways, in pixels. */
export const sidewaysOf = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
