/** A library's own look, in a real browser: on the pages, at a station, and at sign-in. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { demonstrationThemeFile } from '../../../edge/theme/theme.ts';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { makeTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type RunningSystem, startSystem } from '../../system/running-system.ts';

const missing = chromiumMissing('A library’s own look is not tried in a browser');
const timeout = 60_000;
const plum = '#5b2a86';
const red =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path d="M0 0h8v8H0z" fill="#c00"/></svg>';

describe.skipIf(missing)('with a theme of its own', () => {
  const resources = new AsyncDisposableStack();
  afterAll(() => resources.disposeAsync());
  let system: RunningSystem;
  let browser: Browser;
  beforeAll(async () => {
    const folder = resources.use(makeTemporaryFolder());
    const themeFile = join(folder.path, 'theme.json');
    const { light, ...others } = JSON.parse(readFileSync(demonstrationThemeFile, 'utf8'));
    const name = { en: 'Harbour & Hill "Library"', 'zh-Hant': '海港圖書館' };
    writeFileSync(themeFile, JSON.stringify({ ...others, name, light: { ...light, accent: plum } }));
    writeFileSync(join(folder.path, 'mark.svg'), red);
    for (const page of ['staff', 'station', 'reader'] as const) {
      await buildPage(page);
    }
    system = resources.use(await startSystem(undefined, {}, { hasPages: true, themeFile }));
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  }, 180_000);

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage({ locale: 'en-GB', colorScheme: 'light' });
    await page.goto(`${system.url}${path}`);
    return page;
  }

  /** What a person sees of the theme. */
  async function look(page: Page) {
    const library = page.locator('.library');
    await library.waitFor({ timeout });
    return {
      name: (await library.textContent())?.trim(),
      colour: await library.evaluate((element) => getComputedStyle(element).color),
      markIsLoaded: await library
        .locator('img')
        .evaluate((img: HTMLImageElement) => img.decode().then(() => img.naturalWidth > 0)),
    };
  }

  const own = { name: 'Harbour & Hill "Library"', colour: 'rgb(91, 42, 134)', markIsLoaded: true };

  test.each(['/staff/', '/my/', '/station/'])('%s has it', { timeout }, async (path) => {
    const page = await open(path);
    expect(await look(page)).toEqual(own);
    await page.waitForFunction(() => document.title.endsWith('· Harbour & Hill "Library"'));
  });

  test('sign-in has it', { timeout }, async () => {
    const page = await open('/staff/sign-in');
    expect(page.url()).toContain('/sign-in/interaction/');
    expect(await look(page)).toEqual(own);
    const button = page.getByRole('button', { name: 'Sign in' });
    expect(await button.evaluate((element) => getComputedStyle(element).backgroundColor)).toBe(own.colour);
  });
});
