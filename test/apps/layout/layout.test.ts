/**
 * All screens in Chromium, with long names and full lists, in both languages: their layout on a phone, a tablet and a wide
 * screen, in light and dark colours; what axe says of both; the keyboard alone; and a zoom of 200 and 400 % (WCAG 2.2 AA).
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { views as readerViews } from '../../../apps/reader/src/views.ts';
import { views as staffViews } from '../../../apps/staff/src/views.ts';
import { chromiumMissing } from '../../support/chromium.ts';
import { violationsOf } from '../../support/pages/axe.ts';
import { isExhaustive, sample } from '../../support/sample.ts';
import { layoutFaults } from './faults.ts';
import { keyboardFaults } from './keyboard.ts';
import { type Language, type OpenScreens, openScreens } from './open-screens.ts';
import { screens } from './screens.ts';
import { contentOf, zoomedWindows, zoomFaults } from './zoom.ts';

const missing = chromiumMissing('The layout of the screens is not tested');

const languages: readonly Language[] = ['en-GB', 'zh-HK'];
const widths = [360, 768, 1440];
const cases = screens.flatMap((screen) => languages.map((language) => ({ screen, language })));

const wide = { width: 1440, height: 900 };
/** The most presses of Tab on a screen. The longest one has about 300 controls, and a zoom changes none of them. */
const wholeWalk = 1_000;
const shortWalk = 60;

/** The limit for opening the pages and for one screen, in ms. */
const openingMs = 300_000;

describe.skipIf(missing)('everybody can read and use every screen', () => {
  let opened: OpenScreens | null = null;
  beforeAll(async () => {
    opened = await openScreens();
  }, openingMs);
  afterAll(() => opened?.[Symbol.asyncDispose]());

  test('each kind of fault is found on a page that has them all', { timeout: openingMs }, async () => {
    const page = await (opened ?? expect.fail('the pages are not open')).browser.newPage();
    await page.setContent(`
      <p style="width: 7rem; font: 16px sans-serif">due 25 Nov 2026</p>
      <p style="width: 10rem; word-break: break-all">An annotated bibliography</p>
      <p style="width: 4rem; overflow: hidden; white-space: nowrap">The shelf of a branch</p>
      <div style="overflow: hidden"><table><tr><td style="display: block; width: 3rem"><nobr>wider than its cell</nobr></td></tr></table></div>
      <p>a text</p><p style="margin-top: -2.2rem">and another</p>
      <p style="width: 200vw">wide</p>`);
    const faults = await layoutFaults(page);
    await page.close();
    expect(faults).toEqual([
      'cut: 25 Nov 2026',
      'cut: bibliography',
      'clipped: The shelf of a branch',
      'outside of its place: wider than its cell',
      expect.stringMatching(/^scrolls sideways: \d+ pixels$/),
      'upon each other: and another | a text',
    ]);
  });

  test('a control that no key reaches, and a focus that nobody sees, are found', {
    timeout: openingMs,
  }, async () => {
    const page = await (opened ?? expect.fail('the pages are not open')).browser.newPage();
    await page.setViewportSize({ width: 320, height: 256 });
    await page.setContent(`
      <style>button:focus { outline: 3px solid }</style>
      <div inert><button>inert</button></div>
      <button onkeydown="event.preventDefault()">holds the focus</button>
      <button style="outline: none">no outline</button><p style="height: 40rem"></p>
      <button style="margin-top: 2rem">below the bar</button>
      <p style="position: fixed; inset: auto 0 0; height: 9rem; margin: 0; background: white">The bar</p>`);
    expect(await keyboardFaults(page, 100)).toEqual([
      'not reached with Tab: button no outline',
      'not reached with Tab: button below the bar',
    ]);
    await page.locator('button', { hasText: 'holds' }).evaluate((button) => button.remove());
    expect(await keyboardFaults(page, 100)).toEqual([
      'no outline with the focus: button no outline',
      'out of sight with the focus: button below the bar',
    ]);
    await page.close();
  });

  test('content that a zoom takes away, hides or puts at the side is found', {
    timeout: openingMs,
  }, async () => {
    const page = await (opened ?? expect.fail('the pages are not open')).browser.newPage();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.setContent(`
      <style>@media (max-width: 40rem) { .wide { display: none } .bar { position: fixed; inset: 0 0 40% } }</style>
      <main><p class="wide">Only on a wide screen</p><p class="bar">Floats</p>
      <div class="list" style="overflow-x: auto"><p style="width: 30rem">At the side</p></div></main>`);
    const before = await contentOf(page);
    expect(await zoomFaults(page, before)).toEqual([]);
    await page.setViewportSize({ width: 320, height: 256 });
    expect(await zoomFaults(page, before)).toEqual([
      'lost: Only on a wide screen',
      'scrolls sideways within the page: div.list',
      expect.stringMatching(/^\d\d % of the window are covered by what floats$/),
    ]);
    await page.close();
  });

  test('each view has a screen', () => {
    const paths = [
      ...staffViews.map(({ path }) => `/staff${path}`),
      ...readerViews.map(({ path }) => `/my${path}`),
    ];
    const shown = screens.map((screen) => screen.path.replace(/\?.*/, ''));
    const isShown = (path: string) => {
      const form = new RegExp(`^${path.replaceAll('$id', '[AP]\\d+')}$`);
      return shown.some((one) => form.test(one));
    };
    expect(paths.filter((path) => !isShown(path))).toEqual([]);
  });

  const chosen = sample('screens by who sees them and language', cases, {
    each: 1,
    kindsOf: ({ screen: { seenBy }, language }) => [seenBy, language],
  });

  test.each(chosen)('$screen.name in $language', { timeout: openingMs }, async ({ screen, language }) => {
    const pages = opened ?? expect.fail('the pages are not open');
    const page = await pages.open(screen, language, wide);
    expect([
      ...(await faultsByWidth(page)),
      ...(await faultsOnWideScreen(page)),
      ...(await faultsOfZoom(page)),
    ]).toEqual([]);
  });
});

async function faultsByWidth(page: Page): Promise<readonly string[]> {
  const found: string[] = [];
  for (const width of widths) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await layoutFaults(page)).map((fault) => `${width} ${colorScheme}, ${fault}`));
    }
  }
  return found;
}

async function faultsOnWideScreen(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(wide);
  await page.emulateMedia({ colorScheme: 'dark' });
  const inDark = await violationsOf(page, ['color-contrast']);
  await page.emulateMedia({ colorScheme: 'light' });
  return [
    ...inDark.map((fault) => `dark, ${fault}`),
    ...(await violationsOf(page)),
    ...(await keyboardFaults(page, isExhaustive ? wholeWalk : shortWalk)),
  ];
}

async function faultsOfZoom(page: Page): Promise<readonly string[]> {
  await page.setViewportSize(wide);
  const content = await contentOf(page);
  const found: string[] = [];
  for (const window of zoomedWindows) {
    await page.setViewportSize(window);
    const faults = [
      ...(await violationsOf(page)),
      ...(await layoutFaults(page)),
      ...(await zoomFaults(page, content)),
      ...(await keyboardFaults(page, shortWalk)),
    ];
    found.push(...faults.map((fault) => `zoomed to ${window.width} pixels, ${fault}`));
  }
  return found;
}
