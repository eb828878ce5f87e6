/**
 * The page of a reader and sign-in, in a real browser. Wrong PINs lock a card number, and the answers don't reveal
 * that.
 */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { systemForTests } from '../system-for-tests.ts';

const skips = chromiumMissing('The lock after wrong PINs is not tried in a browser');

/** More wrong PINs than the lock allows. */
const maxTries = 12;
const locked = '21852000000033';

describe.skipIf(skips)('in Chromium', () => {
  const system = systemForTests(undefined, {}, { hasPages: true });
  const browser = openedForTests(sharedChromium);

  /** Submits the form. Resolves to the alert of the page, or to null if the reader is signed in. */
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

  test('answers a wrong, an unknown and a locked number alike, rejects the right PIN of a locked one, and lets others in', {
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
