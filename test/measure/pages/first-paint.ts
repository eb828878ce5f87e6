/** Measures when a page paints its first text or picture, from Chromium's trace. */
import type { Browser, BrowserContext } from 'playwright-core';
import { z } from 'zod';

/** The categories of the two needed events. A trace has thousands of other events. */
const categories = ['blink.user_timing', 'loading'];

/** The times are in µs, of one clock. Events that are not about a navigation have no `data`, or other `data`. */
const trace = z.object({
  traceEvents: z.array(
    z.object({
      name: z.string(),
      ts: z.number(),
      args: z
        .object({
          data: z
            .object({ navigationId: z.string().optional(), documentLoaderURL: z.string().optional() })
            .optional()
            .catch(undefined),
        })
        .optional()
        .catch(undefined),
    }),
  ),
});

/**
 * The first contentful paint of a page in a new context, in ms from the start of its navigation.
 * @throws Error if the trace has no such paint
 */
export async function firstContentfulPaint(
  browser: Browser,
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<number> {
  const context = await newContext();
  try {
    const page = await context.newPage();
    await browser.startTracing(page, { categories });
    await page.goto(url);
    await page.locator('main h1').waitFor();
    // The document's content may not be painted yet.
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    return paintIn(await browser.stopTracing(), url);
  } finally {
    await context.close();
  }
}

function paintIn(json: Buffer, url: string): number {
  const { traceEvents: events } = trace.parse(JSON.parse(json.toString()));
  const start = events.find(
    ({ name, args }) => name === 'navigationStart' && args?.data?.documentLoaderURL === url,
  );
  const paint = events.find(
    ({ name, args }) =>
      name === 'firstContentfulPaint' && args?.data?.navigationId === start?.args?.data?.navigationId,
  );
  if (start === undefined || paint === undefined) {
    throw new Error(`the trace has no first contentful paint of ${url}`);
  }
  return (paint.ts - start.ts) / 1000;
}
