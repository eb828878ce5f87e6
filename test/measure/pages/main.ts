/**
 * `npm run measure:pages` measures the cost of each view of the staff's dashboard and of each action at a desk, with a
 * made-up library. It counts requests to the graph and calls of the library's systems. For each view it also measures the
 * first load with an empty cache: the first contentful paint, from Chromium's trace, the bytes as they are served, and the
 * first useful paint on a slow network (`firstLoad`). It uses the pages of `npm start` when the index is whole.
 *
 * Environment:
 * - `LIBRARY` (1000): a value of `--library`.
 * - `TIMES` (5): how often each view is loaded. The median is printed.
 * - `KEEP`: a folder for the library's data, which is not removed (`openDataDir`).
 */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { launchChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { signInAsStaff } from '../../support/pages/sign-in-as-staff.ts';
import { freePorts, run } from '../../support/processes.ts';
import { openDataDir } from '../data-dir.ts';
import { type FirstLoad, firstLoad } from './first-paint.ts';
import { type Asked, explainCalls, type GraphCalls } from './graph-calls.ts';
import { type Graph, pickReader, untilIndexIsWhole } from './library.ts';

const library = process.env.LIBRARY ?? '1000';
const times = Number(process.env.TIMES ?? 5);
const scope =
  'patrons:read patrons:write identity:read credentials:read credentials:write applications:decide circulation:read circulation:write';

/** The timeout of an action, in ms. It is enough for a library of any size. */
const actTimeoutMs = 120_000;

const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

function print(name: string, { operations, calls }: Asked, load: FirstLoad | null): void {
  const sorted = [...calls].sort(([a], [b]) => a.localeCompare(b)).map(([call, count]) => `${count} ${call}`);
  const sum = [...calls.values()].reduce((total, count) => total + count, 0);
  row(
    name,
    `${operations.length}: ${operations.join(', ')}`,
    sum === 0 ? '0' : `${sum}: ${sorted.join(', ')}`,
    ...(load === null
      ? ['', '', '']
      : [load.paintMs.toFixed(0), (load.servedBytes / 1000).toFixed(1), load.usefulMs.toFixed(0)]),
  );
}

/** The medians of several first loads. Each is in a new context, with an empty cache. */
async function medianLoad(
  browser: Browser,
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<FirstLoad> {
  const loads: FirstLoad[] = [];
  for (let time = 0; time < times; time += 1) {
    loads.push(await firstLoad(browser, newContext, url));
  }
  const median = (name: keyof FirstLoad) =>
    loads.map((load) => load[name]).sort((a, b) => a - b)[Math.floor(times / 2)] ?? Number.NaN;
  return { paintMs: median('paintMs'), usefulMs: median('usefulMs'), servedBytes: median('servedBytes') };
}

/** Measures the views of the navigation, the view of one patron, and the actions of a desk in their usual order. */
async function measure(
  browser: Browser,
  url: string,
  graph: Graph,
  token: () => Promise<string>,
): Promise<void> {
  const storageState = await signInAsStaff(browser, url, 'chan', { branch: null });
  const newContext = () => browser.newContext({ storageState, locale: 'en-GB' });
  const context = await newContext();
  context.setDefaultTimeout(actTimeoutMs);
  const asked = await explainCalls(context, `${url}/graphql`, token);
  const page = await context.newPage();
  const { patronId, cardNumber, copies } = await pickReader(graph);

  await page.goto(`${url}/staff/`);
  await page.locator('main h1').waitFor();
  const views: (readonly [string, string])[] = [];
  for (const link of await page.locator('nav.navigation a').all()) {
    views.push([(await link.textContent()) ?? '', (await link.getAttribute('href')) ?? '']);
  }
  await asked.take();
  for (const [name, path] of [...views, ['one patron', `/staff/patrons/${patronId}`] as const]) {
    await page.goto(`${url}${path}`);
    await page.locator('main h1').waitFor();
    print(`view: ${name}`, await asked.take(), await medianLoad(browser, newContext, `${url}${path}`));
  }
  await measureActs(page, url, asked, { patronId, cardNumber, copies });
}

async function measureActs(
  page: Page,
  url: string,
  asked: GraphCalls,
  { patronId, cardNumber, copies }: Awaited<ReturnType<typeof pickReader>>,
): Promise<void> {
  const act = async (name: string, does: () => Promise<unknown>) => {
    await does();
    print(`act: ${name}`, await asked.take(), null);
  };
  const [copy = '', ...others] = copies;
  const scan = (line: string) => page.keyboard.type(`${line}\n`);
  const outcomes = (count: number) =>
    page
      .locator('tbody :is(.badge.good, .badge.bad)')
      .nth(count - 1)
      .waitFor();
  await page.goto(`${url}/staff/desk`);
  await page.locator('input.scan').waitFor();
  await act('a card is shown', async () => {
    await scan(cardNumber);
    await page.locator('.places').waitFor();
  });
  await act('a copy is lent', async () => {
    await scan(copy);
    await outcomes(1);
  });
  await act(`${others.length} more are lent`, async () => {
    for (const other of others) {
      await scan(other);
    }
    await outcomes(copies.length);
  });
  await act('a copy is taken back', async () => {
    await page.keyboard.press('F4');
    await scan(copy);
    await outcomes(copies.length + 1);
  });
  await page.goto(`${url}/staff/patrons/${patronId}`);
  await page.locator('.places').waitFor();
  await asked.take();
  await act('all loans are renewed', async () => {
    await page.getByRole('button', { name: 'Renew all' }).click();
    await page.locator('.notice.good li, .notice.good:has-text("No due date")').first().waitFor();
  });
  await act('operations are looked up', () =>
    page.getByRole('button', { name: 'Show the operations' }).click(),
  );
  await act('who has looked', () => page.getByRole('button', { name: 'Show who has looked' }).click());
  await act('a one-time code', async () => {
    await page.getByRole('button', { name: `One-time code: ${cardNumber}` }).click();
    await page.locator('dialog button[type=submit]').click();
    await page.locator('.slip-number').waitFor();
    await page.keyboard.press('Escape');
  });
  await act('a card is reported lost', async () => {
    await page.getByRole('button', { name: `Report as lost: ${cardNumber}` }).click();
    await page.locator('dialog button[type=submit]').click();
    await page.locator('dialog .notice.good').waitFor();
    await page.keyboard.press('Escape');
  });
}

await buildPage('staff');
await using dataDir = await openDataDir();
const env = {
  ...freePorts,
  DATA_DIR: dataDir.path,
  LOG_LEVEL: 'error',
  RATES: 'off',
  PUBLIC_MAX_AGE_SECONDS: '0',
};
await using system = run('embedded/main.ts', env, ['--library', library]);
const [, url = ''] = await system.says(/GraphQL\s+(http:\S+)\/graphql/);
const issuer = await openDevelopmentIssuer(dataDir.path);
const token = () => issuer.sign({ subject: 'staff-1', scope }, 300);
const graph: Graph = async (query, variables = {}) => {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${await token()}` },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Awaited<ReturnType<Graph>>;
};
const indexSeconds = await untilIndexIsWhole(graph);
process.stdout.write(
  `Over --library ${library}, whose index was whole after ${indexSeconds.toFixed(0)} s.\n\n`,
);
row(
  '',
  'requests to the graph',
  'calls of the library’s systems',
  'first contentful paint, ms',
  'served, kB',
  'first useful paint when slow, ms',
);
row('---', '---', '---', '---', '---', '---');
const browser = await launchChromium();
try {
  await measure(browser, url, graph, token);
} finally {
  await browser.close();
}
