/** The routes of a station, with a state of their own and a graph that records its requests. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RelayedRequest } from '../../../../../edge/graph/client.ts';
import { demonstrationThemeFile, readTheme } from '../../../../../edge/theme/theme.ts';
import { createEnrolments, type Enrolments } from '../../../../../edge/web/stations/enrolments.ts';
import { maxWrongCodes, maxWrongCodesOfAll } from '../../../../../edge/web/stations/wrong-codes.ts';
import { webPages } from '../../../../../edge/web/web-pages.ts';
import { blockListOf } from '../../../../../platform/lifecycle/network.ts';
import { openSqliteState } from '../../../../../store/shared-state/sqlite/sealed-state.ts';
import { noStreams } from '../../../../support/graph/no-streams.ts';

const origin = new URL('https://library.example');
const query = 'query LibraryCard { credential(libraryCardNumber: "1") { status } }';

let resources: AsyncDisposableStack;
let enrolments: Enrolments;
let app: FastifyInstance;
let relayed: RelayedRequest[];
let warnings: string[];

/**
 * Serves the routes. `addresses` are the addresses that stations may have; null allows any. `documents` are the
 * documents of the page; null means that the page isn't built.
 */
async function serve(addresses: readonly string[] | null, documents: object | null = { hash: query }) {
  const folder = await mkdtemp(join(tmpdir(), 'stations-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const state = resources.use(
    await openSqliteState({
      path: join(folder, 'web.sqlite'),
      owner: 'web',
      secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
    }),
  );
  enrolments = createEnrolments(state);
  if (documents !== null) {
    await mkdir(join(folder, 'station'));
    await writeFile(join(folder, 'station/operations.json'), JSON.stringify(documents));
  }
  app = Fastify({ trustProxy: true });
  resources.defer(() => app.close());
  await app.register(
    webPages({
      origin,
      state,
      areas: [],
      pages: folder,
      theme: await readTheme(demonstrationThemeFile),
      now: Date.now,
      stations: {
        tokenFor: async ({ id, branch }) => `token of ${id} at ${branch}`,
        addresses: addresses === null ? null : blockListOf(addresses),
      },
      graphStreams: noStreams,
      graph: {
        async relay(request) {
          // That a station was enrolled is told in report-stations.test.ts.
          if (!String(request.body).includes('recordStationService')) {
            relayed.push(request);
          }
          return { status: 200, headers: {}, body: Buffer.from('{"data":{}}') };
        },
      },
      log: {
        level: 'warn',
        debug: () => undefined,
        info: () => undefined,
        warn: (_details, message) => warnings.push(message),
        error: () => undefined,
      },
    }),
  );
}

beforeEach(() => {
  resources = new AsyncDisposableStack();
  [relayed, warnings] = [[], []];
});
afterEach(() => resources.disposeAsync());

const send = (url: string, payload: object, options: InjectOptions = {}) =>
  app.inject({
    method: 'POST',
    url,
    payload,
    ...options,
    headers: { 'sec-fetch-site': 'same-origin', ...options.headers },
  });

/** Enrols a station from this address. Resolves to the status and the station's cookie. */
async function enrol(address: string): Promise<{ status: number; cookie: string }> {
  const { code } = await enrolments.makeCode({ name: 'Gate', branch: 'HKCL' }, 'chan');
  const { statusCode, headers } = await send('/station/enrol', { code }, { remoteAddress: address });
  return { status: statusCode, cookie: String(headers['set-cookie'] ?? '').split(';')[0] ?? '' };
}

async function ask(cookie: string, address: string, payload: object = { query }) {
  const read = await app.inject({ url: '/station/session', headers: { cookie }, remoteAddress: address });
  const { csrfToken = 'none' } = read.json<{ csrfToken?: string }>();
  const headers = { cookie, 'x-csrf-token': csrfToken };
  return await send('/station/graphql', payload, { headers, remoteAddress: address });
}

test('what is asked goes to the graph with the station’s token, and nothing but document and variables', async () => {
  await serve(null);
  const { cookie } = await enrol('10.1.2.3');
  expect((await ask(cookie, '10.1.2.3', { query, variables: { number: '1' } })).statusCode).toBe(200);
  const [{ id } = { id: '' }] = await enrolments.list();
  expect(relayed).toMatchObject([{ token: `token of ${id} at HKCL`, address: '10.1.2.3' }]);
  expect(JSON.parse(String(relayed[0]?.body))).toEqual({ query, variables: { number: '1' } });
  expect((await ask(cookie, '10.1.2.3', { query, operationName: 'LibraryCard' })).statusCode).toBe(400);
  expect((await ask(cookie, '10.1.2.3', { query: `${query} ` })).statusCode).toBe(400);
  expect(relayed).toHaveLength(1);
});

test('from where no station may be, neither a code nor a cookie is worth anything', async () => {
  await serve(['10.1.0.0/16', '2001:db8::/32']);
  expect((await enrol('192.0.2.1')).status).toBe(403);
  const { status, cookie } = await enrol('10.1.2.3');
  expect(status).toBe(200);
  expect((await ask(cookie, '192.0.2.1')).statusCode).toBe(401);
  expect(warnings.join()).toContain('came from where no station may be');
  expect((await ask(cookie, '::ffff:10.1.2.3')).statusCode).toBe(200);
  expect((await ask(cookie, '2001:db8::1')).statusCode).toBe(200);
});

test('codes from where no station may be keep nobody from enrolling, however many they are', async () => {
  await serve(['10.1.0.0/16']);
  for (let index = 0; index <= maxWrongCodesOfAll; index += 1) {
    const remoteAddress = `192.0.${index >> 8}.${index & 255}`;
    const { statusCode } = await send('/station/enrol', { code: 'AAAAAAAA' }, { remoteAddress });
    expect(statusCode).toBe(403);
  }
  expect((await enrol('10.1.2.3')).status).toBe(200);
});

test('wrong codes of one network that come at the same moment are counted before they are looked up', async () => {
  await serve(null);
  const tries = Array.from({ length: 5 * maxWrongCodes }, () =>
    send('/station/enrol', { code: 'AAAAAAAA' }, { remoteAddress: '10.1.2.3' }),
  );
  const statuses = (await Promise.all(tries)).map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 403)).toHaveLength(maxWrongCodes);
  expect(statuses.filter((status) => status === 429)).toHaveLength(4 * maxWrongCodes);
});

test('where the page is not built, a station can ask nothing', async () => {
  await serve(null, null);
  expect((await send('/station/graphql', { query })).statusCode).toBe(404);
});
