/** Measures the first load of a page: when it paints, when it is useful, and how many bytes were served for that. */
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

/** A telephone on a slow network, as Lighthouse throttles one: bytes a second, ms, and how much slower the processor is. */
const slow = { bytesPerSecond: (1.6 * 1024 * 1024) / 8, latencyMs: 150, slowdown: 4 };

export interface FirstLoad {
  /** The first contentful paint, in ms from the start of the navigation. */
  readonly paintMs: number;
  /** When the view shows what it was opened for, on a slow network, in ms from the start of the navigation. */
  readonly usefulMs: number;
  /** The bytes of all responses until then, as they were served: compressed, with their headers. */
  readonly servedBytes: number;
}

/** The first load of a page, with an empty cache. */
export async function firstLoad(
  browser: Browser,
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<FirstLoad> {
  const paintMs = await firstContentfulPaint(browser, newContext, url);
  return { paintMs, ...(await firstUsefulPaint(newContext, url)) };
}

/** A view is useful when its heading stands there, and nothing in it is loading any more. */
async function firstUsefulPaint(
  newContext: () => Promise<BrowserContext>,
  url: string,
): Promise<Omit<FirstLoad, 'paintMs'>> {
  const context = await newContext();
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    let servedBytes = 0;
    devtools.on('Network.loadingFinished', ({ encodedDataLength }) => {
      servedBytes += encodedDataLength;
    });
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: slow.latencyMs,
      downloadThroughput: slow.bytesPerSecond,
      uploadThroughput: slow.bytesPerSecond,
    });
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slow.slowdown });
    await page.goto(url);
    const useful = await page.waitForFunction(
      // A frame is painted right after this function has run in it.
      () =>
        document.querySelector('main h1') !== null && document.querySelector('main .loading') === null
          ? performance.now()
          : 0,
      undefined,
      { polling: 'raf', timeout: usefulTimeoutMs },
    );
    return { usefulMs: await useful.jsonValue(), servedBytes };
  } finally {
    await context.close();
  }
}

const usefulTimeoutMs = 60_000;

/**
 * The first contentful paint of a page in a new context, in ms from the start of its navigation.
 * @throws Error if the trace has no such paint
 */
async function firstContentfulPaint(
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
