/** A reader's page, sign-in and the true graph, in a real browser: a number that somebody guesses at is locked, and nobody learns it. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, launchChromium } from '../../support/chromium.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';

const skips = chromiumMissing('The lock after wrong PINs is not tried in a browser');

/** More wrong PINs than anybody needs who only mistypes. */
const maxTries = 12;
const locked = '21852000000033';

describe.skipIf(skips)('in Chromium', () => {
  let system: RunningSystem;
  let browser: Browser;
  beforeAll(async () => {
    system = await startSystem(undefined, {}, { hasPages: true });
    browser = await launchChromium();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await system[Symbol.asyncDispose]();
  });

  /** Resolves to what the page answers; null where the reader is signed in. */
  async function answerTo(page: Page, number: string, pin: string): Promise<string | null> {
    await page.getByLabel('Library card number').fill(number);
    await page.getByLabel('PIN', { exact: true }).fill(pin);
    const isAnswered = page.waitForEvent('domcontentloaded');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await isAnswered;
    return page.url().startsWith(`${system.url}/my/`) ? null : await page.getByRole('alert').textContent();
  }

  const openPage = async () => {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(`${system.url}/my/sign-in`);
    return page;
  };

  test('wrong, unknown and locked are one sentence; the right PIN opens nothing then, and other readers sign in', {
    timeout: 120_000,
  }, async () => {
    const page = await openPage();
    const unknown = await answerTo(page, '21852000009992', '1234');
    const sentences = new Set([unknown]);
    for (let tries = 0; tries < maxTries; tries += 1) {
      sentences.add(await answerTo(page, locked, '9999'));
    }
    sentences.add(await answerTo(page, locked, '1234'));
    expect([...sentences]).toEqual([unknown]);
    expect(unknown).toContain('PIN');
    const other = await openPage();
    expect(await answerTo(other, '21852000000066', '1234')).toBeNull();
    const session = await other.request.get(`${system.url}/my/session`);
    expect(await session.json()).toMatchObject({ signedIn: true, patronId: 'P0000004' });
  });
});
