/**
 * The layout of all screens in Chromium, with long names and full lists: on a phone, a tablet and a wide screen, in light
 * and dark colours, in both languages.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sample } from '../../support/sample.ts';
import { layoutFaults } from './faults.ts';
import { type Language, type OpenScreens, openScreens } from './open-screens.ts';
import { screens } from './screens.ts';

const missing = chromiumMissing('The layout of the screens is not tested');

const languages: readonly Language[] = ['en-GB', 'zh-HK'];
const widths = [360, 768, 1440];
const cases = screens.flatMap((screen) => languages.map((language) => ({ screen, language })));

/** The limit for opening the pages and for one screen, in ms. */
const openingMs = 300_000;

describe.skipIf(missing)('no word is cut, and nothing is outside of its place or upon something else', () => {
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

  const chosen = sample('screens by who sees them and language', cases, {
    each: 1,
    kindsOf: ({ screen: { seenBy }, language }) => [seenBy, language],
  });

  test.each(chosen)('$screen.name in $language', { timeout: openingMs }, async ({ screen, language }) => {
    const pages = opened ?? expect.fail('the pages are not open');
    const page = await pages.open(screen, language, { width: 1440, height: 900 });
    const found: string[] = [];
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        found.push(...(await layoutFaults(page)).map((fault) => `${width} ${colorScheme}, ${fault}`));
      }
    }
    expect(found).toEqual([]);
  });
});
