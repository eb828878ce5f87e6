import { getIntrospectionQuery } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningGateway, startOver } from '../running.ts';
import { createWorld, type World } from '../supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  const limits = {
    maxTokens: 100,
    maxDepth: 4,
    maxRootFields: 3,
    maxAliases: 4,
    maxDirectives: 2,
    maxIntrospectionFields: 0,
  };
  const env = { MAX_BODY_BYTES: '4096', MAX_COST: '50', ASSUMED_LIST_SIZE: '3' };
  gateway = await startOver(world, env, {}, {}, limits);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

describe('each limit is named where it is exceeded', () => {
  const fragment = 'fragment F on User { a: id b: name }';
  test.each<[string, string, string, string]>([
    ['tokens', `{ ${'me '.repeat(120)} }`, 'GRAPHQL_PARSE_FAILED', 'more that 100 tokens'],
    [
      'depth',
      '{ me { reviews { author { reviews { id } } } } }',
      'GRAPHQL_VALIDATION_FAILED',
      'more than 4 fields deep',
    ],
    [
      'root fields',
      '{ me { id } users { id } dear __typename }',
      'GRAPHQL_VALIDATION_FAILED',
      'more than 3 root fields',
    ],
    [
      'aliases',
      `{ a: me { ...F } b: me { ...F } } ${fragment}`,
      'GRAPHQL_VALIDATION_FAILED',
      'more than 4 aliases',
    ],
    [
      'directives',
      'query($y: Boolean!) { me @skip(if: $y) { id @skip(if: $y) ... @include(if: $y) { name } } }',
      'GRAPHQL_VALIDATION_FAILED',
      'more than 2 directives',
    ],
    [
      'introspection',
      '{ __schema { description } }',
      'GRAPHQL_VALIDATION_FAILED',
      'introspection is disabled here',
    ],
    [
      'cost',
      '{ users(first: 51) { id } }',
      'COST_ESTIMATED_TOO_EXPENSIVE',
      'cost 51 is more than the limit of 50',
    ],
    [
      'cost of unannotated lists',
      '{ users(first: 14) { reviews { id } } }',
      'COST_ESTIMATED_TOO_EXPENSIVE',
      '56',
    ],
  ])('%s', async (_what, query, code, says) => {
    world.requests.length = 0;
    const { status, body } = await gateway.ask(query);
    expect(status).toBe(400);
    expect(body.data).toBeUndefined();
    expect(body.errors?.[0]?.extensions.code).toBe(code);
    expect(body.errors?.[0]?.message).toContain(says);
    expect(world.requests).toEqual([]);
  });

  test('bytes', async () => {
    const response = await gateway.post({ query: '{ me { id } }', variables: { x: ' '.repeat(5000) } });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'PAYLOAD_TOO_LARGE' } }] });
  });

  test('a request just within all limits is answered', async () => {
    const { body } = await gateway.ask(
      'query($y: Boolean!) { a: me { b: reviews { c: author { d: __typename @skip(if: $y) } } } users(first: 50) @skip(if: $y) { id } }',
      { y: true },
    );
    expect(body).toMatchObject({ data: { a: { b: [{}, {}] } } });
  });
});

test('maxFields sets how many fields an operation may have', async () => {
  const fields = (count: number) => `{ me { ${Array.from({ length: count - 1 }, () => 'id').join(' ')} } }`;
  const limits = { maxTokens: 20_000 };
  await using small = await startOver(world, {}, { maxFields: 20 }, {}, limits);
  expect((await small.ask(fields(20))).body).toEqual({ data: { me: { id: 'u0' } } });
  const { body } = await small.ask(fields(21));
  expect([body.errors?.[0]?.message, body.errors?.[0]?.extensions.code]).toEqual([
    'The operation asks for more than 20 fields.',
    'OPERATION_TOO_LARGE',
  ]);
  const different = (count: number) =>
    `{ me { ${Array.from({ length: count - 1 }, (_, index) => `a${index}: id`).join(' ')} } }`;
  expect((await gateway.ask('{ me { id } }')).status).toBe(200);
  await using large = await startOver(world, {}, { maxFields: 3000 }, {}, limits);
  expect(Object.keys((await large.ask(different(3000))).body.data?.me ?? {})).toHaveLength(2999);
  expect((await large.ask(different(3001))).body.errors?.[0]?.extensions.code).toBe('OPERATION_TOO_LARGE');
});

test('maxFields does not limit what is asked of the schema, which has its own limit', async () => {
  await using small = await startOver(world, {}, { maxFields: 20 });
  const { body } = await small.ask(getIntrospectionQuery());
  expect(body).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
});

test('one request too many is rejected at once, with a Retry-After', async () => {
  await using busy = await startOver(world, { MAX_CONCURRENT_REQUESTS: '3', REQUEST_TIMEOUT_MS: '10000' });
  const held = Promise.withResolvers<void>();
  world.intercept = async () => {
    await held.promise;
    return false;
  };
  world.requests.length = 0;
  const underWay = Array.from({ length: 3 }, () => busy.ask('{ me { id } }'));
  while (world.requests.length < 3) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const rejected = await busy.post({ query: '{ me { id } }' });
  expect([rejected.status, rejected.headers.get('retry-after')]).toEqual([503, '1']);
  expect(await rejected.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] });
  // The liveness probe must still get an answer.
  expect((await fetch(new URL('/health/live', busy.url))).status).toBe(200);
  expect(world.requests).toHaveLength(3);

  world.intercept = null;
  held.resolve();
  for (const { body } of await Promise.all(underWay)) {
    expect(body).toEqual({ data: { me: { id: 'u0' } } });
  }
  expect((await busy.ask('{ me { id } }')).status).toBe(200);
});

test('a client that disconnects frees its slot', async () => {
  await using busy = await startOver(world, { MAX_CONCURRENT_REQUESTS: '1' });
  world.intercept = () => new Promise(() => undefined);
  world.requests.length = 0;
  const gone = new AbortController();
  const abandoned = expect(busy.post({ query: '{ me { id } }' }, {}, gone.signal)).rejects.toThrow('abort');
  while (world.requests.length < 1) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect((await busy.ask('{ me { id } }')).status).toBe(503);
  world.intercept = null;
  gone.abort();
  await abandoned;
  await expect.poll(async () => (await busy.ask('{ me { id } }')).status).toBe(200);
  expect(world.requests[0]?.abandoned).toBe(true);
});
