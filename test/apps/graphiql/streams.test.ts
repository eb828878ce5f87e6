/** GraphiQL shows the events of a subscription, and the parts of an answer with `@defer`. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { buildPage } from '../../support/pages/build-page.ts';
import { type StreamingGateway, startStreams } from '../../unit/gateway/streams/stub-streams.ts';

const missing = chromiumMissing('GraphiQL is not tested with streams');

const resources = new AsyncDisposableStack();
let gateway: StreamingGateway;
let nextPart: PromiseWithResolvers<void>;
beforeAll(async () => {
  await buildPage('graphiql');
  gateway = resources.use(
    await startStreams({
      ide: {
        title: 'GraphQL',
        defaultQuery: '{ a ... @defer { later } }',
        hasGuides: false,
        demonstration: null,
      },
      answer: async ({ parameters, incremental }) =>
        parameters.query.includes('@defer') && incremental !== undefined
          ? {
              data: { a: 1 },
              pending: [{ id: '0', path: [] }],
              hasNext: true,
              further: parts(),
            }
          : { data: null, errors: [{ message: 'no schema' }] },
    }),
  );
}, 240_000);
afterAll(() => resources.disposeAsync());

async function* parts() {
  await nextPart.promise;
  yield { incremental: [{ id: '0', data: { later: 'here' } }], completed: [{ id: '0' }], hasNext: false };
}

describe.skipIf(missing)('in a browser', { timeout: 120_000 }, () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await sharedChromium();
    resources.defer(() => browser.close());
  });

  /** Runs a text, by default the text that is already in the editor. The editor itself adds closing brackets. */
  async function run(text: string | null = null): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(`${gateway.url.replace('/graphql', '')}/graphiql/`);
    await page.getByRole('button', { name: /execute query/i }).waitFor();
    await page.locator('.query .view-lines').first().click();
    if (text !== null) {
      await page.keyboard.press('Control+A');
      await page.keyboard.insertText(text);
    }
    await page.getByRole('button', { name: /execute query/i }).click();
    return page;
  }

  const shows = async (page: Page, text: string) =>
    await expect
      .poll(async () => (await page.locator('.result-window').textContent())?.replaceAll('\u00a0', ' '), {
        timeout: 60_000,
      })
      .toContain(text);

  test('an event is shown when it arrives, and the button stops the stream', async () => {
    const page = await run('subscription { a }');
    const stream = await gateway.streams.opened();
    stream.next({ a: 41 });
    await shows(page, '"a": 41');
    stream.next({ a: 42 });
    await shows(page, '"a": 42');
    await page.getByRole('button', { name: /stop query/i }).click();
    await stream.closed;
    await page.close();
  });

  test('a part is shown when it arrives', async () => {
    nextPart = Promise.withResolvers();
    const page = await run();
    await shows(page, '"a": 1');
    nextPart.resolve();
    await shows(page, '"later": "here"');
    await page.close();
  });
});
