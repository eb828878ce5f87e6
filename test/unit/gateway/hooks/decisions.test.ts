/** What hooks decide, over sockets. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { EndEvent, Hooks, OperationEvent } from '../../../../gateway/hooks/hooks.ts';
import type { World } from '../from-file/supergraph-fixture.ts';
import { createGuardedWorld, startHooked, startReplaceable } from './hooked.ts';

let world: World;
let gateway: Awaited<ReturnType<typeof startReplaceable>>;
beforeAll(async () => {
  world = await createGuardedWorld();
  gateway = await startReplaceable(world);
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
  gateway.runs = {};
});

/** Every subgraph answers this. */
function answerWith(body: string): void {
  world.intercept = async (_call, response) => {
    response.setHeader('content-type', 'application/json').end(body);
    return true;
  };
}

const as = (who: string) => ({ 'x-as': who });

test.each([
  [undefined, 403, 'FORBIDDEN'],
  ['UNAUTHENTICATED', 401, 'UNAUTHENTICATED'],
  ['RATE_LIMITED', 429, 'RATE_LIMITED'],
  ['UNAVAILABLE', 503, 'UNAVAILABLE'],
  ['NO_TENANT', 403, 'NO_TENANT'],
])('a request that is refused with the code %s has the status %i', async (code, status, shown) => {
  gateway.runs.request = () => ({ reject: { code, message: 'Not you.' } });
  expect(await gateway.ask('{ user(id: "u0") { id } }')).toEqual({
    status,
    body: { errors: [{ message: 'Not you.', extensions: { code: shown } }] },
  });
  expect(world.requests).toEqual([]);
});

test.each([
  [undefined, 403, 'FORBIDDEN', null],
  ['UNAUTHENTICATED', 401, 'UNAUTHENTICATED', 'Bearer'],
  ['RATE_LIMITED', 429, 'RATE_LIMITED', null],
  ['UNAVAILABLE', 503, 'UNAVAILABLE', null],
  ['NO_TENANT', 403, 'NO_TENANT', null],
])('an operation that is refused with the code %s has the status %i', async (code, status, shown, scheme) => {
  gateway.runs.operation = () => ({ reject: { code, message: 'Not you.' } });
  const ask = (accept: string) => gateway.post({ query: '{ user(id: "u0") { id } }' }, { accept });
  for (const accept of ['application/graphql-response+json', '*/*']) {
    const response = await ask(accept);
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([status, scheme]);
    expect(await response.json()).toEqual({ errors: [{ message: 'Not you.', extensions: { code: shown } }] });
  }
  // GraphQL over HTTP recommends 200 for an answer in the older media type, unless the client should try again.
  expect((await ask('application/json')).status).toBe(status < 429 ? 200 : status);
  expect(world.requests).toEqual([]);
});

test('an operation that is refused asks no subgraph, and others are answered', async () => {
  gateway.runs.operation = ({ operation }) =>
    operation.name === 'Bad' ? { reject: { message: 'Not this.' } } : undefined;
  const { body } = await gateway.ask('query Bad { user(id: "u0") { id } }');
  expect(body).toEqual({ errors: [{ message: 'Not this.', extensions: { code: 'FORBIDDEN' } }] });
  expect(world.requests).toEqual([]);
  expect((await gateway.ask('query Good { user(id: "u0") { id } }')).body).toEqual({
    data: { user: { id: 'u0' } },
  });
});

test.each([
  ['none of the policies', [], null],
  ['a part of a list of policies', ['p'], null],
  ['a whole list', ['q', 'p'], 'any'],
  ['another list', ['r'], 'any'],
  ['a policy that no field has', ['p', 'x'], null],
])('a field with policies and a caller who meets %s', async (_, policies, value) => {
  gateway.runs.operation = () => ({ policies });
  answerWith('{"data":{"anything":"any","dear":"dear"}}');
  const { body } = await gateway.ask('{ anything dear }');
  expect(body.data).toEqual({ anything: value, dear: 'dear' });
  expect(body.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual(
    value === null ? [[['anything'], 'FORBIDDEN']] : undefined,
  );
});

test('a hook that decides nothing meets no policy', async () => {
  expect((await gateway.ask('{ anything }')).body).toMatchObject({
    data: { anything: null },
    errors: [{ extensions: { code: 'FORBIDDEN' } }],
  });
  expect(world.requests).toEqual([]);
});

test("one caller's policies open nothing for the next", async () => {
  gateway.runs.operation = ({ headers }) => ({ policies: [headers['x-as'] ?? 'none'] });
  answerWith('{"data":{"anything":"any"}}');
  const ask = async (policy: string) => (await gateway.post({ query: '{ anything }' }, as(policy))).json();
  expect(await ask('r')).toEqual({ data: { anything: 'any' } });
  expect(await ask('none')).toMatchObject({ data: { anything: null } });
  expect(await ask('r')).toEqual({ data: { anything: 'any' } });
});

test('the hook is told which policies and labels there are to decide', async () => {
  const events: OperationEvent[] = [];
  gateway.runs.operation = (event) => {
    events.push(event);
    return undefined;
  };
  await gateway.ask('query One { anything }');
  await gateway.ask('query Two { dear }');
  expect(events.map(({ operation, policies, labels }) => [operation.name, policies, labels])).toEqual([
    ['One', ['p', 'q', 'r'], ['by-hand']],
    ['Two', [], ['by-hand']],
  ]);
});

test('a label decides for each request which subgraph is asked', async () => {
  gateway.runs.operation = ({ headers }) => ({ labels: [headers['x-as'] ?? 'unknown'] });
  answerWith('{"data":{"me":{"id":"u0"}}}');
  for (const label of ['by-hand', 'none', 'by-hand']) {
    await gateway.post({ query: '{ me { id } }' }, as(label));
  }
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['reviews', 'accounts', 'reviews']);
});

test('what the hook of the request tells is known to all others', async () => {
  const contexts: unknown[] = [];
  const tell = ({ context }: { readonly context: unknown }) => {
    contexts.push(context);
    return undefined;
  };
  gateway.runs = {
    request: () => ({ context: { tenant: 'one' } }),
    operation: tell,
    subgraphRequest: tell,
    subgraphAnswer: tell,
    error: tell,
    end: tell,
  };
  await gateway.ask('{ dear anything }');
  await expect.poll(() => contexts).toEqual(Array(5).fill({ tenant: 'one' }));
});

test('headers of a hook reach the subgraph, and callers with other headers share no request', async () => {
  const hooks: Hooks = {
    subgraphRequest: {
      asks: { headers: ['x-as'] },
      run: ({ headers, subgraph }) => ({
        headers: { 'X-Tenant': headers['x-as'] ?? '', 'x-subgraph': subgraph },
      }),
    },
  };
  await using sharing = await startHooked(world, hooks, {}, { all: { shareInFlight: true } });
  const held = Promise.withResolvers<void>();
  world.intercept = async () => {
    await held.promise;
    return false;
  };
  const answering = ['one', 'two', 'one'].map((who) => sharing.post({ query: '{ dear }' }, as(who)));
  await expect.poll(() => world.requests.length).toBe(2);
  await new Promise((resolve) => setTimeout(resolve, 100));
  held.resolve();
  await Promise.all(answering);
  expect(world.requests.map(({ headers }) => [headers['x-tenant'], headers['x-subgraph']]).sort()).toEqual([
    ['one', 'accounts'],
    ['two', 'accounts'],
  ]);
});

test('a subgraph that is refused is not asked, and the rest of the answer stands', async () => {
  gateway.runs.subgraphRequest = ({ subgraph }) =>
    subgraph === 'reviews' ? { reject: { code: 'NO_REVIEWS', message: 'No reviews.' } } : undefined;
  expect((await gateway.ask('{ user(id: "u0") { name reviews { id } } }')).body).toEqual({
    data: { user: { name: 'Ada', reviews: null } },
    errors: [
      {
        message: 'No reviews.',
        path: ['user', 'reviews'],
        extensions: { code: 'NO_REVIEWS', service: 'reviews' },
      },
    ],
  });
  expect(world.requests.map(({ subgraph }) => subgraph)).toEqual(['accounts']);
});

test('an answer that is refused is not used', async () => {
  gateway.runs.subgraphAnswer = () => ({ reject: { message: 'Not this answer.' } });
  expect((await gateway.ask('{ dear }')).body).toEqual({
    data: { dear: null },
    errors: [
      { message: 'Not this answer.', path: ['dear'], extensions: { code: 'FORBIDDEN', service: 'accounts' } },
    ],
  });
});

test('of an answer that is refused, the client gets no headers either', async () => {
  const rules = { response: [{ propagate: 'set-cookie' }] };
  const hooks: Hooks = {
    subgraphAnswer: {
      asks: { headers: ['x-as'] },
      run: ({ headers }) => (headers['x-as'] === 'bad' ? { reject: { message: 'no' } } : undefined),
    },
  };
  await using passing = await startHooked(world, hooks, {}, { all: { headers: rules } });
  world.intercept = async (_call, response) => {
    response.setHeader('set-cookie', 'session=1');
    return false;
  };
  const cookieFor = async (who: string) =>
    (await passing.post({ query: '{ dear }' }, as(who))).headers.get('set-cookie');
  expect([await cookieFor('good'), await cookieFor('bad')]).toEqual(['session=1', null]);
});

test('a header of a hook replaces that of a rule', async () => {
  const all = { headers: { request: [{ propagate: 'x-tenant' }, { propagate: 'x-other' }] } };
  const hooks: Hooks = { subgraphRequest: { run: () => ({ headers: { 'X-Tenant': 'hook' } }) } };
  await using ruled = await startHooked(world, hooks, {}, { all });
  await ruled.post({ query: '{ dear }' }, { 'x-tenant': 'client', 'x-other': 'client' });
  expect(world.requests[0]?.headers).toMatchObject({ 'x-tenant': 'hook', 'x-other': 'client' });
});

test('the hook of an answer learns of failures and codes', async () => {
  const told: unknown[] = [];
  gateway.runs.subgraphAnswer = ({ subgraph, type, failure, codes, operation }) => {
    told.push({ subgraph, type, failure, codes, name: operation.name });
    return undefined;
  };
  answerWith('{"data":{"dear":null},"errors":[{"message":"x","extensions":{"code":"GONE"}},null,7]}');
  await gateway.ask('query A { dear }');
  world.intercept = async (_call, response) => {
    response.writeHead(500).end();
    return true;
  };
  await gateway.ask('query B { dear }');
  const common = { subgraph: 'accounts', type: 'query' };
  expect(told).toEqual([
    { ...common, failure: null, codes: ['GONE'], name: 'A' },
    { ...common, failure: 'SUBGRAPH_UNAVAILABLE', codes: [], name: 'B' },
  ]);
});

test('the hook of errors decides what a client reads, and place and code stay', async () => {
  gateway.runs.error = ({ errors }) => ({
    errors: errors.map(({ path }) => ({
      message: `Wrong at ${path?.join('.')}.`,
      extensions: { hint: 'h', code: 'OTHER' },
    })),
  });
  expect((await gateway.ask('{ anything dear }')).body).toEqual({
    data: { anything: null, dear: 'dear' },
    errors: [
      { message: 'Wrong at anything.', path: ['anything'], extensions: { hint: 'h', code: 'FORBIDDEN' } },
    ],
  });
});

test('the hook of the end learns how a request ended, also of one that was refused', async () => {
  const events: EndEvent[] = [];
  gateway.runs = {
    request: ({ headers }) => (headers['x-as'] === 'bad' ? { reject: { message: 'no' } } : undefined),
    end: (event) => {
      events.push(event);
      return undefined;
    },
  };
  await gateway.ask('query Mine { anything user(id: "u0") { name reviews { id } } }');
  await gateway.post({ query: '{ dear }' }, as('bad'));
  await expect.poll(() => events.length).toBe(2);
  const common = { context: null, caller: null, requestId: expect.any(String), ms: expect.any(Number) };
  const mine = { name: 'Mine', type: 'query', hash: expect.stringMatching(/^[0-9a-f]{16}$/), fetches: 2 };
  expect(events).toEqual([
    {
      ...common,
      headers: {},
      status: 200,
      codes: ['FORBIDDEN'],
      operations: [{ ...mine, cost: expect.any(Number) }],
    },
    { ...common, headers: { 'x-as': 'bad' }, status: 403, codes: ['FORBIDDEN'], operations: [] },
  ]);
});

test.each<[string, Hooks, string]>([
  ['a hook that may change answers', { operation: { run: () => undefined } }, 'no-store'],
  ['a hook that changes none', { end: { run: () => undefined } }, 'public, max-age=60'],
])('with %s, a public answer has the right Cache-Control', async (_, hooks, cached) => {
  const env = { PUBLIC_MAX_AGE_SECONDS: '60' };
  await using caching = await startHooked(world, hooks, env, { publicTag: 'open' });
  const response = await fetch(`${caching.url}?query={users{name}}`);
  expect([response.status, response.headers.get('cache-control')]).toEqual([200, cached]);
});
