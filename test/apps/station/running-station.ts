/** A system with its pages, signed-in staff, and stations in Chromium. */
import type { Browser, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { createTabs, type Tab, type Tabs } from '../../support/pages/tabs.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

/** The longest wait, in ms. It is long because the machine may be busy. */
export const waitMs = 60_000;

export interface StationStaff {
  /** Creates an enrolment code. */
  code(name?: string): Promise<string>;
  /** The ids of the stations that are not revoked. */
  stations(): Promise<readonly string[]>;
  revoke(id: string): Promise<void>;
  /** Calls a route that only staff may call. */
  ask(path: string, init?: RequestInit): Promise<{ readonly status: number; readonly text: string }>;
}

export interface StationUnderTest extends AsyncDisposable {
  readonly system: RunningSystem;
  readonly staff: StationStaff;
}

const enrolmentPath = '/staff/station-enrolments';

/** @param buildsIndex whether changes are told, as in `startSystem` */
export async function startStations({ buildsIndex = false } = {}): Promise<StationUnderTest> {
  await using resources = new AsyncDisposableStack();
  await buildPage('station');
  const system = resources.use(await startSystem(undefined, {}, { hasPages: true, buildsIndex }));
  const staff = await signInStaff(system);
  const running = resources.move();
  return { system, staff, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

async function signInStaff(system: RunningSystem): Promise<StationStaff> {
  const browser = new PlainBrowser(system.url, {}, [system.signIn?.origin ?? '']);
  await browser.send(await browser.open('/staff/sign-in'), { number: 'chan', pin: 'demonstration' });
  const { csrfToken } = JSON.parse((await browser.open('/staff/session')).text) as { csrfToken: string };
  const ask = (path: string, init: RequestInit = {}) =>
    browser.open(path, {
      ...init,
      headers: {
        'sec-fetch-site': 'same-origin',
        'x-csrf-token': csrfToken,
        ...(init.body != null && { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
  return {
    ask,
    async code(name = 'Ground floor 1') {
      const body = JSON.stringify({ name, branch: 'HKCL' });
      const { status, text } = await ask(enrolmentPath, { method: 'POST', body });
      expect(status, text).toBe(200);
      return (JSON.parse(text) as { code: string }).code;
    },
    async stations() {
      const { text } = await ask(enrolmentPath);
      const { stations } = JSON.parse(text) as { stations: { id: string; revoked: boolean }[] };
      return stations.filter(({ revoked }) => !revoked).map(({ id }) => id);
    },
    async revoke(id) {
      expect((await ask(`${enrolmentPath}/${id}`, { method: 'DELETE' })).status).toBe(204);
    },
  };
}

interface MachineOptions {
  readonly width?: number;
  readonly locale?: string;
}

/** Opens the page of a machine that is not enrolled, in a browser of its own. */
async function openMachine(
  tabs: Tabs,
  { system }: StationUnderTest,
  { width = 1024, locale = 'en' }: MachineOptions = {},
): Promise<Tab> {
  const tab = await tabs.open({ viewport: { width, height: 768 }, locale });
  await tab.page.goto(`${system.url}/station/`);
  await tab.page.locator('h1').waitFor();
  return tab;
}

/** Opens the page of an enrolled machine. The page waits for a reader. */
async function openStation(tabs: Tabs, under: StationUnderTest, options: MachineOptions = {}): Promise<Tab> {
  const machine = await openMachine(tabs, under, options);
  await machine.page.locator('input').fill(await under.staff.code());
  await machine.page.keyboard.press('Enter');
  await machine.page.locator('.tiles').waitFor();
  return machine;
}

/** A system whose machines all run in one browser. */
export interface StationsInBrowser extends StationUnderTest {
  readonly browser: Browser;
  /** Opens the page of a machine that is not enrolled. */
  openMachine(options?: MachineOptions): Promise<Tab>;
  /** Opens the page of an enrolled machine. The page waits for a reader. */
  open(options?: MachineOptions): Promise<Tab>;
  /** Must be called after each test. Resolves to the browser's errors on all machines. */
  takeBack(): Promise<readonly string[]>;
}

export async function startStationsInBrowser(): Promise<StationsInBrowser> {
  await using resources = new AsyncDisposableStack();
  const under = resources.use(await startStations());
  const browser = await sharedChromium();
  resources.defer(() => browser.close());
  const tabs = createTabs(browser, under.system.url);
  const running = resources.move();
  return {
    system: under.system,
    staff: under.staff,
    browser,
    openMachine: (options) => openMachine(tabs, under, options),
    open: (options) => openStation(tabs, under, options),
    takeBack: () => tabs.takeBack(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Each call of the returned function gives the number of another copy on the shelf. */
export function createShelf(): () => string {
  const ends = ['494', '502', '510', '528', '536', '544', '551', '569', '585', '593', '601', '619', '627'];
  return () => `31852000000${ends.shift() ?? expect.fail('the shelf is empty')}`;
}

export const isOut = ({ system }: StationUnderTest, item: string): boolean =>
  [...system.store.circ.loans.values()].some(({ itemNo }) => itemNo === item);

/**
 * Reloads a station and stops its clock. From then on only the test moves the clock, so a slow machine changes nothing.
 */
export async function stopClock(page: Page): Promise<void> {
  await page.clock.install({ time: 0 });
  await page.reload();
  await page.locator('.tiles').waitFor();
  await page.clock.pauseAt((await page.evaluate(() => Date.now())) + 1_000);
}

/**
 * Moves the stopped clock on until the station shows its first screen. While the clock is moved, a check whether the
 * library can be reached may time out. The station checks again after 3 s on its clock.
 */
export async function untilWelcomed(page: Page): Promise<void> {
  const isWelcomed = async () => {
    await page.clock.runFor(3_000);
    return await page.locator('.tiles').count();
  };
  await expect.poll(isWelcomed, { timeout: waitMs }).toBe(1);
}

/** Types as a scanner does: without pauses, into the element that has the focus, with Enter after each number. */
export async function scan(page: Page, ...numbers: readonly string[]): Promise<void> {
  for (const number of numbers) {
    await page.keyboard.type(number);
    await page.keyboard.press('Enter');
  }
}

export const itemIn = (page: Page, state: string) => page.locator(`.item[data-state="${state}"]`);

/** The text of an element, even of a hidden one. */
export const textOf = async (element: Locator): Promise<string> => (await element.textContent()) ?? '';
