import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { propagating, type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
let sharing: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  sharing = await startOver(world, {}, { all: { shareInFlight: true, ...propagating('authorization') } });
});
afterAll(async () => {
  await sharing[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
let release: () => void;
beforeEach(() => {
  world.requests.length = 0;
  const held = Promise.withResolvers<void>();
  release = held.resolve;
  world.intercept = async () => {
    await held.promise;
    return false;
  };
});
afterEach(() => {
  world.intercept = null;
});

const query = '{ me { id name reviews(first: 2) { body } } }';

/**
 * Resolves once the subgraphs have got `count` requests. Then waits, so that any further request would have arrived
 * too.
 */
async function requestsArrived(count: number): Promise<void> {
  while (world.requests.length < count) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await new Promise((resolve) => setTimeout(resolve, 200));
}

test('identical queries at the same time are sent to each subgraph once, and their answers are independent', async () => {
  const answering = Array.from({ length: 10 }, () => sharing.ask(query));
  await requestsArrived(1);
  expect(world.requests).toHaveLength(1);
  release();
  const answers = (await Promise.all(answering)).map(({ body }) => body);
  expect(answers[0]).toEqual({
    data: { me: { id: 'u0', name: 'Ada', reviews: [{ body: 'Review 0' }, { body: 'Review 3' }] } },
  });
  expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(world.requests.length).toBeLessThan(10);
});

test('two callers never share', async () => {
  const answering = ['one', 'two'].map((authorization) => sharing.post({ query }, { authorization }));
  await requestsArrived(2);
  release();
  await Promise.all(answering);
  expect(
    world.requests
      .slice(0, 2)
      .map(({ headers }) => headers.authorization)
      .sort(),
  ).toEqual(['one', 'two']);
});

test('what only names a request, in the headers that are forwarded, keeps no caller from sharing', async () => {
  await using other = await startOver(
    world,
    {},
    { all: { shareInFlight: true, ...propagating('x-request-id', 'traceparent', 'tracestate', 'x-tenant') } },
  );
  const send = (digit: number, tenant: string) =>
    other.post(
      { query },
      {
        'x-request-id': `${digit}`.repeat(20),
        traceparent: `00-${`${digit}`.repeat(32)}-${`${digit}`.repeat(16)}-01`,
        tracestate: `vendor=${digit}`,
        'x-tenant': tenant,
      },
    );
  const answering = [send(1, 'one'), send(2, 'one'), send(3, 'two')];
  await requestsArrived(2);
  release();
  await Promise.all(answering);
  expect(
    world.requests
      .slice(0, 2)
      .map(({ headers }) => headers['x-tenant'])
      .sort(),
  ).toEqual(['one', 'two']);
});

test('mutations never share', async () => {
  const rename = 'mutation { rename(id: "u0", name: "same") { name } }';
  const answering = [sharing.ask(rename), sharing.ask(rename)];
  await requestsArrived(2);
  release();
  await Promise.all(answering);
  expect(world.requests).toHaveLength(2);
});

test('a client that disconnects takes nothing from the other', async () => {
  const gone = new AbortController();
  const first = expect(sharing.post({ query }, {}, gone.signal)).rejects.toThrow('abort');
  await requestsArrived(1);
  const second = sharing.ask(query);
  await requestsArrived(1);
  expect(world.requests).toHaveLength(1);
  gone.abort();
  await first;
  await requestsArrived(1);
  release();
  expect((await second).body.data).toMatchObject({ me: { id: 'u0' } });
  expect(world.requests[0]?.abandoned).toBe(false);
});

test('sharing is off by default', async () => {
  await using alone = await startOver(world);
  const answering = [alone.ask(query), alone.ask(query)];
  await requestsArrived(2);
  release();
  await Promise.all(answering);
  expect(world.requests).toHaveLength(4);
});
