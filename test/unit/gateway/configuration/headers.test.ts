/** Which headers cross the gateway, in both directions, and that nothing is shared whose headers differ. */
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { HeaderRules } from '../../../../gateway/configuration/types.ts';
import { type IdentityProvider, startIdentityProvider } from '../../../support/identity-provider.ts';
import { startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

vi.setConfig({ testTimeout: 60_000 });

let world: World;
let provider: IdentityProvider;
beforeAll(async () => {
  world = await createWorld();
  provider = await startIdentityProvider();
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await provider[Symbol.asyncDispose]();
});
beforeEach(() => {
  world.requests.length = 0;
});
afterEach(() => {
  world.intercept = null;
});

const query = '{ me { id } }';
const nested = '{ me { id reviews { body } } }';
const start = (all: HeaderRules, env: NodeJS.ProcessEnv = {}) =>
  startOver(world, env, { all: { headers: all } });
const issuer = () => ({
  JWKS_URL: provider.url,
  JWT_ISSUER: 'https://issuer.example',
  JWT_AUDIENCE: 'graph',
});
const bearer = async (claims: object) => ({
  authorization: `Bearer ${await provider.token({ iss: 'https://issuer.example', aud: 'graph', sub: 'ada', ...claims })}`,
});

describe('request', () => {
  test('propagate, rename, default, insert and remove: the last rule about a name decides', async () => {
    await using gateway = await startOver(
      world,
      {},
      {
        all: {
          headers: {
            request: [
              { propagate: 'X-Tenant' },
              { propagate: 'x-user', rename: 'X-Name' },
              { propagate: 'x-plan', default: 'free' },
              { insert: 'x-key', value: 'all' },
              { propagate: 'cookie' },
            ],
          },
        },
        subgraphs: {
          reviews: { headers: { request: [{ remove: 'cookie' }, { insert: 'x-key', value: 'reviews' }] } },
        },
      },
    );
    await gateway.post(
      { query: nested },
      { 'x-tenant': 'a', 'x-user': 'eve', cookie: 'b=c', 'x-other': 'd' },
    );
    const sent = world.requests.map(({ headers }) =>
      Object.fromEntries(Object.entries(headers).filter(([name]) => /^x-|cookie/.test(name))),
    );
    const common = { 'x-tenant': 'a', 'x-name': 'eve', 'x-plan': 'free' };
    expect(sent).toEqual([
      { ...common, 'x-key': 'all', cookie: 'b=c' },
      { ...common, 'x-key': 'reviews' },
    ]);
  });

  test('a client sends neither our signature nor a header of its connection', async () => {
    await using gateway = await start({ request: [{ propagate: 'x-tenant' }] });
    const { port } = new URL(gateway.url);
    const body = JSON.stringify({ query });
    const raw = [
      'POST /graphql HTTP/1.1',
      'Host: a',
      'Connection: close, X-Tenant',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      'X-Tenant: one',
      'Patron-Graph-Caller: forged',
      'Proxy-Authorization: Basic x',
      'TE: trailers',
      '',
      body,
    ].join('\r\n');
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(raw);
    await socket.resume().toArray();
    expect(Object.keys(world.requests[0]?.headers ?? {}).toSorted()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
  });

  test('claims of the token are sent, and a client can not send them itself', async () => {
    const rules: HeaderRules = {
      request: [
        { propagate: 'x-subject' },
        { insert: 'x-subject', claim: 'sub' },
        { insert: 'x-roles', claim: 'roles' },
        { insert: 'x-name', claim: 'name' },
        { insert: 'x-proto', claim: '__proto__' },
      ],
    };
    await using gateway = await start(rules, issuer());
    const sentFor = async (headers: Record<string, string>) => {
      world.requests.length = 0;
      expect(
        (await gateway.post({ query }, { 'x-subject': 'eve', 'x-roles': 'admin', ...headers })).status,
      ).toBe(200);
      const { headers: sent = {} } = world.requests[0] ?? {};
      return ['x-subject', 'x-roles', 'x-name', 'x-proto', 'authorization'].map((name) => sent[name]);
    };
    const none = [undefined, undefined];
    expect(await sentFor(await bearer({ roles: ['a', '職員'], name: 'Ada' }))).toEqual([
      'ada',
      '["a","\\u8077\\u54e1"]',
      'Ada',
      ...none,
    ]);
    // No header can have these names.
    expect(await sentFor(await bearer({ name: 'a\r\nx-roles: admin' }))).toEqual([
      'ada',
      undefined,
      undefined,
      ...none,
    ]);
    expect(await sentFor(await bearer({ name: '艾達' }))).toEqual(['ada', undefined, undefined, ...none]);
    expect(await sentFor({})).toEqual([undefined, undefined, undefined, ...none]);
  });

  test('queries in flight are shared only by those whose headers, claims and scopes are equal', async () => {
    const settings = {
      shareInFlight: true,
      headers: {
        request: [
          { propagate: 'x-tenant', rename: 'tenant' },
          { insert: 'x-plan', claim: 'plan' },
        ],
      },
    } as const;
    await using gateway = await startOver(world, issuer(), { all: settings });
    world.intercept = async () => {
      await new Promise((resolve) => setTimeout(resolve, 500));
      return false;
    };
    const one = await bearer({ plan: 'a' });
    const callers: readonly Record<string, string>[] = [
      { ...one, 'x-tenant': 'one', 'x-other': '1' },
      { ...one, 'x-tenant': 'one', 'x-other': '2' },
      { ...one, 'x-tenant': 'two' },
      { ...(await bearer({ plan: 'b' })), 'x-tenant': 'one' },
      { ...(await bearer({ plan: 'a', scope: 'x' })), 'x-tenant': 'one' },
      { ...(await bearer({ plan: 'a', sub: 'bob' })), 'x-tenant': 'one' },
      { 'x-tenant': 'one' },
    ];
    await Promise.all(callers.map((headers) => gateway.post({ query }, headers)));
    expect(world.requests).toHaveLength(6);
  });
});

/** Lets the subgraphs answer as they would, with these headers. */
function withHeaders(headersOf: Readonly<Record<string, Readonly<Record<string, string | string[]>>>>): void {
  world.intercept = ({ subgraph }, response) => {
    for (const [name, value] of Object.entries(headersOf[subgraph] ?? {})) {
      response.setHeader(name, value);
    }
    return Promise.resolve(false);
  };
}

describe('response', () => {
  test('propagate and rename: the first, the last or all of several answers', async () => {
    await using gateway = await start({
      response: [
        { propagate: 'X-First', join: 'first' },
        { propagate: 'x-last', rename: 'x-latest' },
        { propagate: 'x-all', join: 'append' },
        { propagate: 'set-cookie', join: 'append' },
      ],
    });
    withHeaders({
      accounts: {
        'x-first': 'a',
        'x-last': 'a',
        'x-all': 'a',
        'x-secret': 'a',
        'set-cookie': ['a=1', 'b=2'],
      },
      reviews: { 'x-first': 'r', 'x-last': 'r', 'x-all': 'r', 'set-cookie': 'c=3' },
    });
    const { headers } = await gateway.post({ query: nested });
    expect(['x-first', 'x-latest', 'x-last', 'x-all', 'x-secret'].map((name) => headers.get(name))).toEqual([
      'a',
      'r',
      null,
      'a, r',
      null,
    ]);
    expect(headers.getSetCookie()).toEqual(['a=1', 'b=2', 'c=3']);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  test('a header that is joined does not grow without end', async () => {
    await using gateway = await start({ response: [{ propagate: 'x-all', join: 'append' }] });
    withHeaders({ accounts: { 'x-all': 'a'.repeat(5000) }, reviews: { 'x-all': 'b'.repeat(5000) } });
    const { headers } = await gateway.post({ query: nested });
    expect(headers.get('x-all')).toBe('a'.repeat(5000));
  });

  test('by default the client gets no header of a subgraph', async () => {
    await using gateway = await startOver(world);
    withHeaders({ accounts: { 'x-a': 'b', 'set-cookie': 'a=1', 'cache-control': 'public, max-age=60' } });
    const { headers } = await gateway.post({ query });
    expect([headers.get('x-a'), headers.getSetCookie(), headers.get('cache-control')]).toEqual([
      null,
      [],
      'no-store',
    ]);
  });
});

test('a public answer with a cookie is for one client', async () => {
  const all = { headers: { response: [{ propagate: 'set-cookie' }] } };
  await using gateway = await startOver(world, {}, { publicTag: 'open', all });
  const url = `${gateway.url}?query=${encodeURIComponent('{ users { name } }')}`;
  const kept = async () => (await fetch(url)).headers.get('cache-control');
  expect(await kept()).toBe('public, max-age=10');
  withHeaders({ accounts: { 'set-cookie': 'a=1' } });
  expect(await kept()).toBe('no-store');
});

describe('joinCacheControl', () => {
  test('an answer is kept as the strictest of its parts allows, for each set of headers', async () => {
    await using gateway = await startOver(
      world,
      {},
      {
        joinCacheControl: true,
        all: { headers: { request: [{ propagate: 'x-tenant' }], response: [{ propagate: 'set-cookie' }] } },
      },
    );
    const kept = async (
      accounts: Record<string, string | string[]>,
      reviews: Record<string, string | string[]>,
      asked = nested,
    ) => {
      withHeaders({ accounts, reviews });
      return (await gateway.post({ query: asked })).headers.get('cache-control');
    };
    const minute = { 'cache-control': 'public, max-age=60' };
    expect(await kept(minute, { 'cache-control': 'public, max-age=30, must-revalidate' })).toBe(
      'public, max-age=30',
    );
    expect(await kept(minute, { 'cache-control': 'max-age=90' })).toBe('max-age=60');
    expect(await kept(minute, { 'cache-control': 'private="x", MAX-AGE="90"' })).toBe('private, max-age=60');
    expect(await kept(minute, { ...minute, age: '45' })).toBe('public, max-age=15');
    expect(await kept(minute, { 'cache-control': 'public, s-maxage=5, max-age=60' })).toBe(
      'public, max-age=5',
    );
    expect(await kept(minute, { 'cache-control': ['private', 'max-age=30', 'max-age=40'] })).toBe(
      'private, max-age=30',
    );
    expect(await kept(minute, { ...minute, vary: 'accept, x-other' })).toBe('public, max-age=60');
    expect(await kept(minute, { ...minute, vary: ['accept', '*'] })).toBe('no-store');
    const strictest = ['no-store', 'max-age=60, no-cache', 'public', 's-maxage=60', 'max-age=0', ''];
    for (const strict of [
      ...strictest,
      's-maxage=0, max-age=60',
      's-maxage=x, max-age=60',
      'max-age=60, max-age=',
    ]) {
      expect(await kept(minute, { 'cache-control': strict }), strict).toBe('no-store');
    }
    expect(await kept(minute, {})).toBe('no-store');
    expect(await kept(minute, { ...minute, 'set-cookie': 'a=1' })).toBe('no-store');
    expect(await kept(minute, {}, query)).toBe('public, max-age=60');
    expect(await kept(minute, {}, 'mutation { rename(id: "u0", name: "x") { id } }')).toBe('no-store');
    // A field that nobody may read is an error, and an error may be gone in a second.
    expect(await kept(minute, {}, '{ me { id } secret }')).toBe('no-store');
    withHeaders({ accounts: minute });
    const { headers } = await gateway.post({ query });
    expect(headers.get('vary')?.split(', ')).toEqual(
      expect.arrayContaining(['authorization', 'x-tenant', 'accept']),
    );
  });
});
