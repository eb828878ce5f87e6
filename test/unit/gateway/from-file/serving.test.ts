import { serverAudits } from 'graphql-http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { propagating, type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  gateway = await startOver(world, { REQUEST_TIMEOUT_MS: '2000' });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
beforeEach(() => {
  world.requests.length = 0;
});
afterEach(() => {
  world.intercept = null;
});

const across = '{ me { name reviews(first: 1) { body author { name } } } }';

test('a query across subgraphs is answered', async () => {
  expect(await gateway.ask(across)).toEqual({
    status: 200,
    body: { data: { me: { name: 'Ada', reviews: [{ body: 'Review 0', author: { name: 'Ada' } }] } } },
  });
});

test('subgraphs learn nothing about the caller', async () => {
  await gateway.post({ query: across }, { authorization: 'Bearer x', cookie: 'a=b', 'x-tenant': 'one' });
  expect(world.requests).toHaveLength(3);
  for (const { headers } of world.requests) {
    expect(Object.keys(headers).sort()).toEqual([
      'accept',
      'connection',
      'content-length',
      'content-type',
      'host',
    ]);
  }
});

test('the named headers are forwarded to subgraphs unchanged', async () => {
  await using other = await startOver(world, {}, { all: propagating('authorization', 'x-tenant') });
  await other.post({ query: across }, { authorization: 'Basic x', 'X-Tenant': 'one', cookie: 'a=b' });
  expect(world.requests).toHaveLength(3);
  for (const { headers } of world.requests) {
    expect(headers).toMatchObject({ authorization: 'Basic x', 'x-tenant': 'one' });
    expect(headers).not.toHaveProperty('cookie');
  }
});

test('without an issuer every caller is anonymous, and guarded fields are denied', async () => {
  const response = await gateway.post({ query: '{ secret me { id } }' }, { authorization: 'Bearer x' });
  expect(await response.json()).toEqual({
    data: { secret: null, me: { id: 'u0' } },
    errors: [{ message: 'Sign in first.', path: ['secret'], extensions: { code: 'UNAUTHENTICATED' } }],
  });
});

test('GET serves every query, and no mutation', async () => {
  const get = (query: string) => fetch(`${gateway.url}?${new URLSearchParams({ query })}`);
  expect(await (await get('{ me { id } }')).json()).toEqual({ data: { me: { id: 'u0' } } });
  const rejected = await get('mutation { rename(id: "u0", name: "x") { id } }');
  expect([rejected.status, rejected.headers.get('allow')]).toEqual([405, 'POST']);
  expect(world.requests.map(({ body }) => body.query)).not.toContainEqual(
    expect.stringContaining('mutation'),
  );
});

test('health names each subgraph', async () => {
  const health = (path: string) => fetch(new URL(path, gateway.url));
  expect(await (await health('/health/live')).json()).toEqual({ live: true });
  const ready = await health('/health/ready');
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { ready: true, stopping: false, conditions: { keys: true, signature: true } },
  ]);
  expect(await (await health('/health/dependencies')).json()).toEqual({
    dependencies: { 'accounts subgraph': 'up', 'reviews subgraph': 'up' },
  });
});

describe('a subgraph without a valid answer makes its fields null', () => {
  test.each<[string, NonNullable<World['intercept']>, string]>([
    [
      'is down',
      async (_asked, response) => {
        response.destroy();
        return true;
      },
      'SUBGRAPH_UNAVAILABLE',
    ],
    [
      'answers 502 in HTML',
      async (_asked, response) => {
        response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
        return true;
      },
      'SUBGRAPH_UNAVAILABLE',
    ],
    [
      'answers HTML',
      async (_asked, response) => {
        response.end('<h1>Hello</h1>');
        return true;
      },
      'SUBGRAPH_INVALID_RESPONSE',
    ],
    ['never answers', async () => true, 'SUBGRAPH_TIMEOUT'],
  ])('%s', async (_what, intercept, code) => {
    world.intercept = async (request, response) =>
      request.subgraph === 'reviews' && (await intercept(request, response));
    const { status, body } = await gateway.ask(across);
    expect(status).toBe(200);
    expect(body.data).toEqual({ me: { name: 'Ada', reviews: null } });
    expect(body.errors).toMatchObject([{ path: ['me', 'reviews'], extensions: { code } }]);
  });
});

test("a subgraph's own rejection of the caller is passed on to the client", async () => {
  world.intercept = async (_asked, response) => {
    response.writeHead(401, { 'content-type': 'application/graphql-response+json' });
    response.end('{"errors":[{"message":"Who are you?","extensions":{"code":"UNAUTHENTICATED"}}]}');
    return true;
  };
  const { body } = await gateway.ask('{ me { id } }');
  expect(body).toEqual({
    data: { me: null },
    errors: [
      { message: 'Who are you?', path: ['me'], extensions: { code: 'UNAUTHENTICATED', service: 'accounts' } },
    ],
  });
});

describe('batches', () => {
  const batch = [{ query: '{ me { id } }' }, { query: '{ nobody }' }, { query: '{ me { name } }' }];

  test('are rejected unless they are enabled', async () => {
    const response = await gateway.post(batch);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('are answered in order, up to the limit', async () => {
    await using other = await startOver(world, { MAX_BATCH: '3' });
    const response = await other.post(batch);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject([
      { data: { me: { id: 'u0' } } },
      { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
      { data: { me: { name: 'Ada' } } },
    ]);
    for (const wrong of [[], [...batch, ...batch], [batch[0], 'x'], [batch[0], [batch[1]]]]) {
      const rejected = await other.post(wrong);
      expect(rejected.status).toBe(400);
      expect(await rejected.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
  });
});

describe('GraphQL over HTTP, by the audit of graphql-http', () => {
  const audits = serverAudits({ url: () => gateway.url, fetchFn: fetch });
  test.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_name, audit) => {
    const result = await audit.fn();
    expect(result.status, 'reason' in result ? String(result.reason) : '').toBe('ok');
  });
});
