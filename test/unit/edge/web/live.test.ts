/** The stream of a page: many subscriptions in one answer, renewed unseen, and never longer than its session. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Fastify from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpGraphStreams } from '../../../../edge/graph/streams.ts';
import { demonstrationThemeFile, readTheme } from '../../../../edge/theme/theme.ts';
import { areas } from '../../../../edge/web/areas.ts';
import { maxStreamsOfSession } from '../../../../edge/web/live/open-pages.ts';
import { createSessions, type Sessions } from '../../../../edge/web/sessions/sessions.ts';
import type { RelyingParty } from '../../../../edge/web/sign-in/relying-party.ts';
import type { Tokens } from '../../../../edge/web/sign-in/signed-in-person.ts';
import { webPages } from '../../../../edge/web/web-pages.ts';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';

/** A subscription as it arrived at the graph. */
interface Asked {
  readonly token: string | undefined;
  readonly after: unknown;
  readonly response: ServerResponse;
}

let now: number;
let url: string;
let sessions: Sessions;
let resources: AsyncDisposableStack;
let asked: Asked[];
let refreshed: number;

const tokens = (name: string, lastsMs = 600_000): Tokens => ({
  accessToken: name,
  accessExpiresAt: now + lastsMs,
  refreshToken: 'refresh',
  scopes: [],
});

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  [now, asked, refreshed] = [Date.UTC(2026, 10, 24), [], 0];
  const graph = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const { variables } = JSON.parse(Buffer.concat(chunks).toString()) as { variables: { after?: unknown } };
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write(':\n\n');
    asked.push({ token: request.headers.authorization, after: variables.after, response });
  }).listen(0, '127.0.0.1');
  await once(graph, 'listening');
  resources.defer(() => {
    graph.closeAllConnections();
    graph.close();
  });
  const folder = await mkdtemp(join(tmpdir(), 'live-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
  const state = resources.use(
    await openSqliteState({ owner: 'web', path: join(folder, 'web.sqlite'), secrets, now: () => now }),
  );
  sessions = createSessions(state, areas.reader, () => now);
  const graphUrl = new URL(`http://127.0.0.1:${(graph.address() as AddressInfo).port}/graphql`);
  const nothing = () => undefined;
  const app = Fastify();
  const refresh = async () => {
    refreshed += 1;
    return tokens('renewed');
  };
  const relyingParty = { refresh } as unknown as RelyingParty;
  await app.register(
    webPages({
      origin: new URL('https://library.example'),
      state,
      areas: [{ area: areas.reader, relyingParty, consentsUrl: null }],
      stations: null,
      graph: { relay: () => Promise.reject(new Error('nothing is relayed here')) },
      graphStreams: resources.use(createHttpGraphStreams(graphUrl, null, 20)),
      pages: folder,
      theme: await readTheme(demonstrationThemeFile),
      log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
      now: () => now,
    }),
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  resources.defer(() => app.close());
});
afterEach(() => resources.disposeAsync());

async function signIn(lastsMs?: number) {
  const id = await sessions.begin({
    name: null,
    patronId: 'P0000001',
    providerSession: null,
    tokens: tokens('first', lastsMs),
  });
  const { csrfToken } = (await sessions.peek(id)) ?? expect.fail('no session');
  return { id, headers: { cookie: `__Host-reader=${id}`, 'x-csrf-token': csrfToken } };
}

const subscription = (id: string, after?: string) => ({
  id,
  query: 'subscription ($after: [String!]) { myChanges(after: $after) { cursor } }',
  variables: { after: after === undefined ? null : [after] },
});

type Headers = Readonly<Record<string, string>>;

const post = (headers: Headers, body: unknown) =>
  fetch(`${url}/my/live`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', ...headers },
    body: JSON.stringify(body),
  });

/** Opens a stream. Each call of `next` resolves to the next event, and to null at the end. */
async function open(headers: Headers, body: unknown) {
  const response = await post(headers, body);
  expect(response.status).toBe(200);
  const reader = response.body?.getReader() ?? expect.fail('no body');
  resources.defer(() => reader.cancel().catch(() => undefined));
  let text = '';
  return async (): Promise<unknown> => {
    for (;;) {
      const [event, rest] = text.split(/\n\n(.*)/s);
      if (rest !== undefined) {
        text = rest;
        const data = /^data: (.*)$/m.exec(event ?? '')?.[1];
        if (data !== undefined) {
          return JSON.parse(data);
        }
        continue;
      }
      const { done, value } = await reader.read();
      if (done) {
        return null;
      }
      text += new TextDecoder().decode(value);
    }
  };
}

const arrived = async (count: number): Promise<Asked> => {
  await expect.poll(() => asked.length).toBe(count);
  return asked[count - 1] ?? expect.fail('nothing was asked');
};
const eventWith = (cursor: string) => ({ data: { myChanges: { cursor } } });
const tell = ({ response }: Asked, result: object) =>
  response.write(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
const endWith = ({ response }: Asked, code: string) => {
  const error = { message: 'made up', extensions: { code, retryAfterMs: 0 } };
  response.end(`event: next\ndata: ${JSON.stringify({ errors: [error] })}\n\nevent: complete\ndata:\n\n`);
};

test('several subscriptions share an answer, and the end of one says why', async () => {
  const { headers } = await signIn();
  const next = await open(headers, [subscription('a', 'c0'), subscription('b', 'c0')]);
  await arrived(2);
  const [one, other] = asked as [Asked, Asked];
  tell(one, eventWith('c1'));
  expect(await next()).toMatchObject({ payload: eventWith('c1') });
  endWith(other, 'CURSOR_EXPIRED');
  expect(JSON.stringify(await next())).toContain('CURSOR_EXPIRED');
  expect(await next()).toMatchObject({ payload: null });
  tell(one, eventWith('c2'));
  expect(await next()).toMatchObject({ payload: eventWith('c2') });
});

test('goes on with a new token from the last cursor, and the page notices nothing', async () => {
  const { headers } = await signIn(31_000);
  const next = await open(headers, [subscription('a', 'c0')]);
  const first = await arrived(1);
  expect(first).toMatchObject({ token: 'Bearer first', after: ['c0'] });
  tell(first, eventWith('c1'));
  expect(await next()).toEqual({ id: 'a', payload: eventWith('c1') });
  now += 2_000;
  const second = await arrived(2);
  expect(second).toMatchObject({ token: 'Bearer renewed', after: ['c1'] });
  tell(second, eventWith('c2'));
  expect(await next()).toEqual({ id: 'a', payload: eventWith('c2') });
  expect(refreshed).toBe(1);
});

test.each(['STREAM_MOVED', 'SUBGRAPH_UNAVAILABLE', 'UNAUTHENTICATED'])(
  'comes back after %s',
  async (code) => {
    const { headers } = await signIn();
    const next = await open(headers, [subscription('a', 'c0')]);
    const first = await arrived(1);
    tell(first, eventWith('c1'));
    await next();
    endWith(first, code);
    const second = await arrived(2);
    expect(second.after).toEqual(['c1']);
    tell(second, eventWith('c2'));
    expect(await next()).toEqual({ id: 'a', payload: eventWith('c2') });
  },
);

test('tells the end of a stream without a cursor, because events may be missing', async () => {
  const { headers } = await signIn();
  const next = await open(headers, [subscription('a')]);
  endWith(await arrived(1), 'STREAM_MOVED');
  expect(JSON.stringify(await next())).toContain('STREAM_MOVED');
  expect(await next()).toEqual({ id: 'a', payload: null });
  expect(await next()).toBe(null);
});

test('extends no session, and tells nothing more when the session has ended', async () => {
  const { id, headers } = await signIn();
  const lastUsedAt = now;
  now += 5 * 60_000;
  const next = await open(headers, [subscription('a', 'c0')]);
  const first = await arrived(1);
  tell(first, eventWith('c1'));
  expect(await next()).toMatchObject({ payload: eventWith('c1') });
  expect(await sessions.peek(id)).toMatchObject({ lastUsedAt });
  await sessions.end(id);
  // A second passes before the session is looked for again.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  tell(first, eventWith('c2'));
  expect(await next()).toBe(null);
  expect((await post(headers, [subscription('a', 'c1')])).status).toBe(401);
});

test('a session has few streams: the oldest one ends', async () => {
  const { headers } = await signIn();
  const openOne = () => open(headers, [subscription('a', 'c0')]);
  const oldest = await openOne();
  await Promise.all(Array.from({ length: maxStreamsOfSession }, openOne));
  expect(await oldest()).toBe(null);
});

test('a page without a session, of another site, or with a wrong body gets none', async () => {
  const { headers } = await signIn();
  const { cookie } = headers;
  const one = [subscription('a')];
  const statusOf = async (given: Headers, body: unknown = one) => (await post(given, body)).status;
  expect(await statusOf({})).toBe(401);
  expect(await statusOf({ cookie })).toBe(403);
  expect(await statusOf({ ...headers, 'sec-fetch-site': 'cross-site' })).toBe(403);
  expect(await statusOf(headers, [])).toBe(400);
  expect(
    await statusOf(
      headers,
      Array.from({ length: 13 }, (_, index) => subscription(`${index}`)),
    ),
  ).toBe(400);
  expect(asked).toEqual([]);
});
