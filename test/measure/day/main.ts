/**
 * `npm run measure:day` works through a day at the counter in Chromium, over a made-up library: two desks, a station and a
 * reader's phone at the same time. It prints how long each act took, and ends with 1 if an act did not end as it must, if a
 * scan was lost, or if somebody could read a code, an enum or the word of other people.
 *
 * Environment:
 * - `LIBRARY` (10000): the number of patrons. 10,000 are those of `--library medium`.
 * - `SCANS` (200): how many copies the second desk takes back.
 * - `AWAY_SECONDS` (60): how long circulation is away.
 */
import { setTimeout } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { launchChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { enrolStation } from '../../support/pages/enrol-station.ts';
import { signIn } from '../../support/pages/sign-in.ts';
import { signInAsStaff } from '../../support/pages/sign-in-as-staff.ts';
import { controlPayments } from '../../support/services/payment-system.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';
import { type Cast, castOf } from './cast.ts';
import { wrongWords } from './words.ts';

const patrons = Number(process.env.LIBRARY ?? 10_000);
const scans = Number(process.env.SCANS ?? 200);
const awayMs = 1000 * Number(process.env.AWAY_SECONDS ?? 60);

/** The branch of both desks and of the station. */
const branch = 'HKCL';
const branchName = 'Hong Kong Central Library';
const actTimeoutMs = 60_000 + 2 * awayMs;

const failures: string[] = [];
const wrong = new Map<string, string>();

// biome-ignore lint/performance/useDomNodeTextContent: hidden text is not read.
const textOf = (page: Page): Promise<string> => page.locator('body').innerText();

/** Reads what somebody sees on a page, and notes wrong words with the act after which they were there. */
async function read(page: Page, act: string): Promise<void> {
  const reader = new URL(page.url()).pathname.startsWith('/staff') ? 'staff' : 'public';
  for (const word of wrongWords(await textOf(page), reader)) {
    wrong.set(`${reader}: ${word}`, act);
  }
}

/** Does an act, prints its time, and reads the pages afterwards. A failed act is noted, and the day goes on. */
async function act(name: string, pages: readonly Page[], does: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  try {
    await does();
    process.stdout.write(`| ${name} | ${Math.round(performance.now() - startedAt)} |\n`);
  } catch (error) {
    const shown = await Promise.all(pages.map(textOf));
    failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}\n${shown.join('\n')}`);
    process.stdout.write(`| ${name} | failed |\n`);
  }
  for (const page of pages) {
    await read(page, name);
  }
}

async function scan(page: Page, ...lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    await page.keyboard.type(`${line}\n`);
  }
}

const badges = (page: Page) => page.locator('tbody .badge:is(.good, .bad)');

async function openDesk(browser: Browser, url: string, user: string): Promise<Page> {
  const storageState = await signInAsStaff(browser, url, user);
  const context = await browser.newContext({ storageState, locale: 'en-GB' });
  context.setDefaultTimeout(actTimeoutMs);
  const page = await context.newPage();
  await page.goto(`${url}/staff/desk`);
  await page.getByRole('button', { name: branchName }).click();
  await page.locator('input.scan').focus();
  return page;
}

async function openStation(browser: Browser, url: string): Promise<Page> {
  const storageState = await signInAsStaff(browser, url, 'lee');
  const context = await browser.newContext({
    storageState,
    locale: 'en-GB',
    viewport: { width: 1024, height: 768 },
  });
  context.setDefaultTimeout(actTimeoutMs);
  const page = await context.newPage();
  await page.goto(`${url}/staff/`);
  await enrolStation(page, url, branch);
  return page;
}

/** A person is found from the find box of any page, by each of the five that a person may bring. */
async function findFiveWays(
  desk: Page,
  url: string,
  wanted: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [by, text] of Object.entries(wanted)) {
    await act(`found by ${by}`, [desk], async () => {
      await desk.goto(`${url}/staff/overdue`);
      await desk.locator('main h1').waitFor();
      await desk.keyboard.press('/');
      await desk.keyboard.type(`${text}\n`);
      await desk.locator('main :is(.patron-name, tbody tr, .card h2)').first().waitFor();
    });
  }
}

async function lendAndOwe(desk: Page, cast: Cast, tillUrl: string): Promise<void> {
  await act('a card is shown', [desk], async () => {
    await scan(desk, cast.borrower.cardNo);
    await desk.locator('.places').waitFor();
  });
  await act('three copies are lent', [desk], async () => {
    await scan(desk, ...cast.onShelf.slice(0, 3));
    await badges(desk).nth(2).waitFor();
  });
  await act('who owes something is shown', [desk], async () => {
    await scan(desk, cast.debtor.cardNo);
    await desk.locator('.reader-facts').getByText('HK$').waitFor();
  });
  await act('what is owed is paid at the till', [desk], async () => {
    await desk.getByRole('button', { name: 'Take a payment' }).click();
    const dialog = desk.locator('dialog[open]');
    await dialog.getByRole('button', { name: /^Send .* to the till$/ }).click();
    const told = (await dialog.getByText(/The till waits for/).textContent()) ?? '';
    await controlPayments(tillUrl, { pay: /RO\d+/.exec(told)?.[0] });
    await dialog.getByText(/ is paid\./).waitFor();
    await dialog.getByRole('button', { name: 'Close' }).last().click();
  });
  await act('a copy that another branch waits for is taken back', [desk], async () => {
    await desk.keyboard.press('F4');
    await scan(desk, cast.wanted.itemNo);
    const place = desk.getByText(/Send to|On hold/).first();
    const askAgain = desk.getByRole('button', { name: /^Refresh: / }).first();
    await place.or(askAgain).first().waitFor();
    // Circulation may be away, so that nobody can tell where the copy goes.
    while (await askAgain.isVisible()) {
      await askAgain.click();
      await place.or(askAgain).first().waitFor();
    }
  });
}

/** A reader borrows two copies at a station, and takes them back. */
async function serveStation(station: Page, { atStation, onShelf }: Cast): Promise<void> {
  const copies = onShelf.slice(3, 5);
  const outcomes = station.locator('.item[data-state="done"]');
  await act('two copies are lent at the station', [station], async () => {
    await scan(station, atStation.cardNo);
    await station.locator('.remaining').waitFor();
    await scan(station, ...copies);
    await outcomes.nth(1).waitFor();
  });
  await act('both are taken back there', [station], async () => {
    await station.getByRole('button', { name: 'Return items' }).click();
    await scan(station, ...copies);
    await station
      .getByText(/^Returned/)
      .nth(1)
      .waitFor();
  });
  await act('the reader takes the receipt', [station], async () => {
    await station.getByRole('button', { name: 'Finish with receipt' }).click();
    await station.locator('.receipt').waitFor();
  });
}

/** All copies come back at a scanner's speed while circulation goes away for a while. No scan may be lost. */
async function takeBackMany(desk: Page, { legacy }: RunningSystem, copies: readonly string[]): Promise<void> {
  await desk.keyboard.press('F4');
  const half = Math.floor(copies.length / 2);
  await act(`${half} scans`, [desk], async () => {
    await scan(desk, ...copies.slice(0, half));
    await badges(desk)
      .nth(half - 1)
      .waitFor();
  });
  await act(`${copies.length - half} scans, circulation away for ${awayMs / 1000} s`, [desk], async () => {
    legacy.circ.faults.set([{ kind: 'busy' }]);
    await scan(desk, ...copies.slice(half));
    await setTimeout(awayMs);
    await read(desk, 'circulation is away');
    legacy.circ.faults.clear();
    await desk
      .locator('tbody tr')
      .nth(copies.length - 1)
      .waitFor();
    await desk.locator('tbody .badge:is(.warning, .quiet)').first().waitFor({ state: 'detached' });
  });
  const rows = await desk.locator('tbody tr').count();
  if (rows !== copies.length) {
    failures.push(`${copies.length} copies were scanned, and the desk has ${rows}`);
  }
}

async function work(browser: Browser, system: RunningSystem): Promise<void> {
  const { url } = system;
  const cast = castOf(system.store, branch);
  const [first, second] = [await openDesk(browser, url, 'chan'), await openDesk(browser, url, 'lee')];
  const station = await openStation(browser, url);
  const phone = await (
    await browser.newContext({ viewport: { width: 390, height: 844 }, locale: 'en-GB' })
  ).newPage();
  await act('a reader opens the page on a phone', [phone], async () => {
    await phone.goto(`${url}/my/sign-in`);
    await signIn(phone, '21852000000033', '1234');
    await phone.locator('main h1').waitFor();
  });
  const tillUrl = system.legacy.all.get('rps')?.url ?? '';
  await Promise.all([
    lendAndOwe(first, cast, tillUrl),
    serveStation(station, cast),
    takeBackMany(second, system, cast.out.slice(0, scans)),
  ]);
  const code = await system.read<{ operations: { edges: { node: { code: string } }[] } }>(
    `query ($id: ID!) { operations(filter: { patronId: $id }, first: 1) { edges { node { code } } } }`,
    {
      token: await system.token({ scope: 'circulation:read patrons:read' }),
      variables: { id: system.store.cms.cards.get(cast.borrower.cardNo)?.patronNo },
    },
  );
  await findFiveWays(first, url, {
    card: cast.borrower.cardNo,
    copy: cast.onShelf[0] ?? '',
    name: cast.borrower.name,
    telephone: cast.borrower.telephone,
    'operation’s code': code.operations.edges[0]?.node.code ?? '',
  });
  await act('the phone is reloaded', [phone], async () => {
    await phone.reload();
    await phone.locator('main h1').waitFor();
  });
}

for (const name of ['staff', 'reader', 'station']) {
  await buildPage(name);
}
const now = new Date();
await using system = await startSystem(
  now,
  {},
  { hasPages: true, buildsIndex: true, store: createStore(generateLibrary({ patrons, now })) },
);
process.stdout.write(`Over a library of ${patrons} patrons.\n\n| act | ms |\n| --- | --- |\n`);
const browser = await launchChromium();
try {
  await work(browser, system);
} finally {
  await browser.close();
}
for (const [words, after] of wrong) {
  failures.push(`${words}, after ${after}`);
}
if (failures.length > 0) {
  process.stderr.write(`${failures.join('\n')}\n`);
  process.exitCode = 1;
}
