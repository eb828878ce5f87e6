/** The layout of the staff's tables, in Chromium: numbers, dates and codes are never cut in two. */
import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { chromiumMissing } from '../../support/chromium.ts';
import { sharedPages } from '../shared-pages.ts';
import { sidewaysOf, startStaffPages, timeout } from './staff-pages.ts';

const missing = chromiumMissing('The layout of the staff’s tables is not tested');

/** Texts in the page's tables that have a number, a date or a code, and take more than one line. */
const cutTexts = (page: Page): Promise<readonly string[]> =>
  page.locator('main :is(td, th)').evaluateAll((cells) => {
    const texts = cells.flatMap((cell) => {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (walker.nextNode()) {
        found.push(walker.currentNode as Text);
      }
      return found;
    });
    return texts.flatMap((text) =>
      [...text.data.matchAll(/\d{1,2} [A-Z][a-z]{2} \d{4}|[A-Z]?\d{4,}/g)].flatMap(({ 0: match, index }) => {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + match.length);
        const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
        return lines.size > 1 ? [match] : [];
      }),
    );
  });

/** The texts of the cells that are wider than their table's place. */
const overflowing = (page: Page): Promise<readonly string[]> =>
  page.locator('main :is(td, th, td *, th *)').evaluateAll((elements) =>
    elements
      .filter((element) => {
        const place = element.closest('.table')?.getBoundingClientRect();
        const isHidden = element.closest('thead, .hidden, svg') !== null;
        return place !== undefined && !isHidden && element.getBoundingClientRect().right > place.right + 1;
      })
      .map(({ textContent }) => textContent ?? ''),
  );

describe.skipIf(missing)('the tables of staff', { timeout: 2 * timeout }, () => {
  const pages = sharedPages(() => startStaffPages({ buildsIndex: true }));

  const paths = [
    '/overdue',
    '/hold-shelf',
    '/losses',
    '/applications',
    '/patrons/P0000001',
    '/patrons/P0000003',
  ];

  test.each([360, 768, 1024, 1440])('cut no number, date or code in two, %i pixels wide', async (width) => {
    const { page, complaints } = await pages().open('/', { width });
    for (const path of paths) {
      await page.goto(`${pages().system.url}/staff${path}`);
      await page.locator('main h1').waitFor();
      await expect.poll(() => page.locator('.loading').count(), { timeout }).toBe(0);
      await page.locator('tbody tr').first().waitFor();
      expect(await cutTexts(page), path).toEqual([]);
      expect(await overflowing(page), path).toEqual([]);
      expect(await sidewaysOf(page), path).toBe(0);
    }
    expect(complaints).toEqual([]);
  });
});
