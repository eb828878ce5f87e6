/** The requests that pages of other origins can send in a real browser, with common GraphQL clients. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chromiumMissing, sharedChromium } from '../../support/chromium.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';
import type { Operation, Outcome } from './page.ts';
import { bundlePage, callIn, servePage } from './pages.ts';

const missing = chromiumMissing('Calls from pages on other origins are not tried in a browser');

const resources = new AsyncDisposableStack();
let system: RunningSystem;
let browser: Browser;
let listedOrigin: string;
let unlistedOrigin: string;
let token: string;
beforeAll(async () => {
  if (missing) {
    return;
  }
  const script = await bundlePage();
  listedOrigin = resources.use(await servePage(script)).origin;
  unlistedOrigin = resources.use(await servePage(script)).origin;
  system = resources.use(await startSystem(undefined, { CORS_ORIGINS: listedOrigin }));
  browser = await sharedChromium();
  resources.defer(() => browser.close());
  token = await system.token({ patronId: 'P0000002' });
});
afterAll(() => resources.disposeAsync());
beforeEach(() => {
  system?.log.splice(0);
});

/** Opens a page of that origin in a new profile, which has no cached answers and preflights. */
async function open(origin: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin);
  return page;
}

/** The methods of the requests that reached the gateway, in order. */
const arrived = (): string[] =>
  system.log
    .map((line) => JSON.parse(line) as { method?: string })
    .flatMap(({ method }) => (method === undefined ? [] : [method]));

const operation = (document: string, more: Partial<Operation> = {}): Operation => ({
  url: `${system.url}/graphql`,
  document,
  ...more,
});
const me = '{ me { id loanQuota { used } } }';
const meData = { me: expect.objectContaining({ id: 'P0000002' }) };
const branches = '{ branches { code name openingHours { day opens closes } } }';
const renew = `mutation($input: RenewLoanInput!) {
  renewLoan(input: $input) { operation { state } loan { id renewals } problems { code } }
}`;
const renewal = (loanId: string) => ({
  input: { reference: `renew ${loanId}`, reader: { patronId: 'P0000002' }, loanId },
});
const partial = '{ branches { code } patron(id: "P0000001") { status } }';
const partialOutcome = {
  data: expect.objectContaining({ branches: expect.arrayContaining([expect.anything()]), patron: null }),
  errors: [expect.stringMatching(/^FORBIDDEN: /)],
  failure: null,
};
const renewed = (id: string) =>
  expect.objectContaining({
    renewLoan: expect.objectContaining({
      operation: expect.objectContaining({ state: 'DONE' }),
      loan: expect.objectContaining({ id, renewals: 1 }),
    }),
  });

describe.skipIf(missing)('a page on a listed origin', () => {
  test.each([
    ['Apollo Client', 'L00000014', (page, asked) => callIn(page, 'apollo', asked)],
    ['urql', 'L00000013', (page, asked) => callIn(page, 'urql', asked, { preferGetMethod: false })],
  ] satisfies [string, string, (page: Page, asked: Operation) => Promise<Outcome>][])(
    'queries, changes and gets partial answers with %s, after one preflight',
    async (_client, loanId, call) => {
      const page = await open(listedOrigin);
      const query = await call(page, operation(me, { token }));
      expect(query).toEqual({ data: expect.objectContaining(meData), errors: [], failure: null });
      const mutation = await call(page, operation(renew, { token, variables: renewal(loanId) }));
      expect(mutation).toEqual({ data: renewed(loanId), errors: [], failure: null });
      expect(arrived()).toEqual(['OPTIONS', 'POST', 'POST']);
      expect(await call(page, operation(partial, { token }))).toEqual(partialOutcome);
      await page.close();
    },
  );

  test('gets the catalogue by GET without a preflight, compressed, and caches it', async () => {
    const page = await open(listedOrigin);
    const encodings: (string | null)[] = [];
    page.on('response', (response) => {
      if (response.url().startsWith(system.url)) {
        encodings.push(response.headers()['content-encoding'] ?? null);
      }
    });
    const expected = {
      data: expect.objectContaining({ branches: expect.anything() }),
      errors: [],
      failure: null,
    };
    expect(await callIn(page, 'urql', operation(branches))).toEqual(expected);
    expect(await callIn(page, 'urql', operation(branches))).toEqual(expected);
    expect(arrived()).toEqual(['GET']);
    expect(await callIn(page, 'apollo', operation(branches), true)).toEqual(expected);
    expect(arrived()).not.toContain('POST');
    expect(encodings[0]).toMatch(/^(zstd|br|gzip)$/);
    await page.close();
  });

  test("gets an error that says what to set if urql asks for a reader's data by GET", async () => {
    const page = await open(listedOrigin);
    expect(await callIn(page, 'urql', operation(me, { token }))).toEqual({
      data: null,
      errors: [
        "METHOD_NOT_ALLOWED: GET doesn't serve Query.me, which must not be in a URL: use POST. In urql, set preferGetMethod and preferGetForPersistedQueries to false.",
      ],
      failure: null,
    });
    await page.close();
  });

  test.each(['apolloPersisted', 'urqlPersisted'] as const)(
    '%s sends texts if hashes are not supported, and only hashes if they are',
    async (client) => {
      const page = await open(listedOrigin);
      const served = { data: expect.objectContaining(meData), errors: [], failure: null };
      const twice = () => callIn(page, client, operation(me, { token }));
      expect(await twice()).toEqual([served, served]);
      // The client sends the hash, and then the text. For the second operation it sends only the text.
      expect(arrived()).toEqual(['OPTIONS', 'POST', 'POST', 'POST']);
      await page.close();

      await using registering = await startSystem(undefined, {
        CORS_ORIGINS: listedOrigin,
        AUTOMATIC_PERSISTED_QUERIES: '1',
      });
      const other = await open(listedOrigin);
      const asked = operation(me, {
        url: `${registering.url}/graphql`,
        token: await registering.token({ patronId: 'P0000002' }),
      });
      const bodies: string[] = [];
      other.on('request', (request) => bodies.push(request.postData() ?? ''));
      expect(await callIn(other, client, asked)).toEqual([served, served]);
      expect(bodies.map((body) => body.includes('loanQuota'))).toEqual([false, true, false]);
      await other.close();
    },
  );

  test('can read the id of its request, also if the request is refused', async () => {
    const page = await open(listedOrigin);
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const { status, headers } = await callIn(page, 'plainFetch', `${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer x', 'x-request-id': id },
      body: '{"query":"{ __typename }"}',
    });
    expect([status, headers['x-request-id']]).toEqual([401, id]);
    await page.close();
  });
});

describe.skipIf(missing)('a page on any other origin', () => {
  test('gets no answer with Apollo Client or urql, and its mutation does not arrive', async () => {
    const page = await open(unlistedOrigin);
    const refused = { errors: [], failure: expect.stringContaining('Failed to fetch') };
    for (const document of [me, renew]) {
      const asked = operation(document, {
        token,
        ...(document === renew && { variables: renewal('L00000011') }),
      });
      expect(await callIn(page, 'apollo', asked)).toMatchObject(refused);
      expect(await callIn(page, 'urql', asked, { preferGetMethod: false })).toMatchObject(refused);
    }
    expect(new Set(arrived())).toEqual(new Set(['OPTIONS']));
    await page.close();
  });

  test('can send a mutation that needs no preflight, which is not executed and whose answer it cannot read', async () => {
    const page = await open(unlistedOrigin);
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      const { status } = await callIn(page, 'plainFetch', `${system.url}/graphql`, {
        method: 'POST',
        mode: 'no-cors',
        headers: { 'content-type': type },
        body: JSON.stringify({ query: renew, variables: renewal('L00000011') }),
      });
      expect(status).toBe(0);
    }
    expect(system.log.map((line) => (JSON.parse(line) as { status?: number }).status)).toEqual([415, 415]);
    expect(system.store.circ.loans.get('L00000011')?.renewals).toBe(0);
    await page.close();
  });

  test('cannot read the catalogue, although a GET of it needs no preflight', async () => {
    const page = await open(unlistedOrigin);
    const url = `${system.url}/graphql?${new URLSearchParams({ query: branches })}`;
    expect(await callIn(page, 'plainFetch', url)).toMatchObject({ status: 0, headers: {} });
    expect(await callIn(page, 'plainFetch', url, { mode: 'no-cors' })).toMatchObject({ status: 0, text: '' });
    await page.close();
  });
});
