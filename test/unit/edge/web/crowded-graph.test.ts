/**
 * Strangers send many slow requests to the graph. They don't delay anybody else, and requests beyond their limit are
 * refused at once.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpGraphClient } from '../../../../edge/graph/client.ts';
import { demonstrationThemeFile, readTheme } from '../../../../edge/theme/theme.ts';
import { type AreaName, areas } from '../../../../edge/web/areas.ts';
import { createSessions } from '../../../../edge/web/sessions/sessions.ts';
import { serveArea } from '../../../../edge/web/start.ts';
import { webPages } from '../../../../edge/web/web-pages.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';
import { noStreams } from '../../../support/graph/no-streams.ts';

/** The address of a stranger whose requests the graph always answers. */
const answeredStranger = '198.51.100.1';

let resources: AsyncDisposableStack;
let url: string;
/** `isHanging`: the graph doesn't answer requests without a token. `hanging`: the number of such requests. */
let isHanging: boolean;
let hanging: number;
/** Signs in to an area. Resolves to the headers with the session's cookie and the page's token. */
let signIn: (area: AreaName) => Promise<Readonly<Record<string, string>>>;

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  [isHanging, hanging] = [true, 0];
  const graph = createServer((request, response) => {
    const isStranger = request.headers.authorization === undefined;
    if (isHanging && isStranger && request.headers['x-forwarded-for'] !== answeredStranger) {
      hanging += 1;
    } else {
      response.setHeader('content-type', 'application/json').end('{"data":{}}');
    }
  }).listen(0, '127.0.0.1');
  await once(graph, 'listening');
  resources.defer(() => {
    graph.closeAllConnections();
    graph.close();
  });
  const folder = await mkdtemp(join(tmpdir(), 'crowded-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
  const state = resources.use(
    await openSqliteState({ owner: 'web', path: join(folder, 'web.sqlite'), secrets }),
  );
  const origin = new URL('https://library.example');
  const provider = {
    issuer: new URL('http://127.0.0.1:9/sign-in'),
    clientId: 'pages',
    clientSecret: 'a secret',
    scope: '',
    resource: null,
  };
  const nothing = () => undefined;
  const app = Fastify({ trustProxy: true });
  await app.register(
    webPages({
      origin,
      state,
      areas: Object.values(areas).map((area) => serveArea(area, provider, origin, Date.now)),
      stations: null,
      graphStreams: noStreams,
      graph: resources.use(
        createHttpGraphClient(
          new URL(`http://127.0.0.1:${(graph.address() as AddressInfo).port}/graphql`),
          null,
        ),
      ),
      pages: folder,
      theme: await readTheme(demonstrationThemeFile),
      log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
      now: Date.now,
    }),
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  resources.defer(() => app.close());
  signIn = async (name) => {
    const sessions = createSessions(state, areas[name], Date.now);
    const id = await sessions.begin({
      name: null,
      patronId: null,
      providerSession: null,
      tokens: {
        accessToken: 'a token',
        accessExpiresAt: Date.now() + 600_000,
        refreshToken: null,
        scopes: [],
      },
    });
    const session = (await sessions.find(id)) ?? expect.fail('no session');
    return { cookie: `__Host-${name}=${id}`, 'x-csrf-token': session.csrfToken };
  };
});
afterEach(() => resources.disposeAsync());

async function ask(area: string, headers: Readonly<Record<string, string>> = {}, signal?: AbortSignal) {
  const response = await fetch(`${url}${area}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: '{"query":"{ me { id } }"}',
    ...(signal !== undefined && { signal }),
  });
  const text = await response.text();
  // The excess of one caller is not a guess: `TOO_MANY_REQUESTS` would say so.
  expect(text.includes('RATE_LIMITED')).toBe(response.status === 429);
  return response;
}

/**
 * Sends more requests of strangers than are allowed, from this number of addresses. Resolves once a hundred are refused,
 * with their statuses.
 */
async function crowd(signal: AbortSignal, addresses: number) {
  const statuses: number[] = [];
  const strangers = Array.from({ length: 200 }, async (_, index) => {
    const from = { 'x-forwarded-for': `203.0.113.${index % addresses}` };
    const { status, headers } = await ask('/my', from, signal);
    expect(headers.get('retry-after')).toBe('1');
    statuses.push(status);
  });
  // The limit is shorter than the timeout of a hanging request, so no hanging request has ended yet.
  await expect.poll(() => statuses.length, { timeout: 10_000 }).toBeGreaterThan(100);
  return { statuses, settled: Promise.allSettled(strangers) };
}

/**
 * The crowds, with the statuses by which the excess is refused: 429 if an address has too many requests, 503 if all
 * addresses together have too many.
 */
const crowds = [
  { who: 'the requests of one stranger', addresses: 1, refusals: [429] },
  { who: 'those of twelve strangers', addresses: 12, refusals: [429] },
  { who: 'those of more strangers than there are places', addresses: 200, refusals: [503] },
] as const;

test.each(crowds)(
  'while $who hold all that they may, readers and staff are answered, and the excess is refused',
  async ({ addresses, refusals }) => {
    const leave = new AbortController();
    const [staff, reader] = [await signIn('staff'), await signIn('reader')];
    const { statuses, settled } = await crowd(leave.signal, addresses);
    expect([...new Set(statuses)]).toEqual(refusals);
    expect(hanging).toBeLessThanOrEqual(24);
    expect((await ask('/staff', staff)).status).toBe(200);
    expect((await ask('/my', reader)).status).toBe(200);
    leave.abort();
    await settled;
  },
);

test.each([1, 12])(
  'while the requests of %i strangers hang, another stranger is answered at once',
  async (addresses) => {
    const leave = new AbortController();
    const { settled } = await crowd(leave.signal, addresses);
    expect((await ask('/my', { 'x-forwarded-for': answeredStranger })).status).toBe(200);
    leave.abort();
    await settled;
  },
);

test('whoever goes away while they wait, or are being answered, gives up their place', async () => {
  const leave = new AbortController();
  const { settled } = await crowd(leave.signal, 1);
  leave.abort();
  await settled;
  isHanging = false;
  // The limit is shorter than the timeout of the abandoned requests, so their places must be free again.
  await expect.poll(async () => (await ask('/my')).status, { timeout: 10_000 }).toBe(200);
});
