import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cutOff, openSlowly, unfinishedPost } from '../../../support/wire/slow-client.ts';
import { startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => {
  world.intercept = null;
});
afterAll(() => world[Symbol.asyncDispose]());

const many = <T>(count: number, make: () => T) => Promise.all(Array.from({ length: count }, make));

test('clients that send a body slowly occupy no slot, however many they are', async () => {
  await using gateway = await startOver(world, { MAX_CONCURRENT_REQUESTS: '5' });
  const slow = await many(19, () => openSlowly(gateway.url, unfinishedPost(gateway.url)));
  for (const { status, body } of await many(5, () => gateway.ask('{ me { id } }'))) {
    expect([status, body]).toEqual([200, { data: { me: { id: 'u0' } } }]);
  }
  for (const socket of slow) {
    socket.destroy();
  }
});

test('of too many clients that send slowly, the oldest are disconnected', async () => {
  await using gateway = await startOver(world, { MAX_CONCURRENT_REQUESTS: '2' });
  const first = await many(8, () => openSlowly(gateway.url, unfinishedPost(gateway.url)));
  const next = await many(8, () => openSlowly(gateway.url, unfinishedPost(gateway.url)));
  await Promise.all(first.map(cutOff));
  expect((await gateway.ask('{ me { id } }')).status).toBe(200);
  expect(next.filter(({ closed }) => closed).length).toBeLessThan(3);
  for (const socket of next) {
    socket.destroy();
  }
});

test.each([
  ['headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
  ['a body', unfinishedPost('http://x/graphql')],
  ['nothing', ''],
])('a client that sends %s and no more is disconnected after the request timeout', async (_what, text) => {
  await using gateway = await startOver(world, { REQUEST_TIMEOUT_MS: '300' });
  const slow = await many(20, () => openSlowly(gateway.url, text));
  await Promise.all(slow.map(cutOff));
  expect((await gateway.ask('{ me { id } }')).status).toBe(200);
});

test('a client that does not read its answer occupies no slot', async () => {
  await using gateway = await startOver(world, { MAX_CONCURRENT_REQUESTS: '1' });
  // A hundred reviews have the same author. So the answer is larger than the sockets' buffers, but the subgraphs'
  // responses are not.
  const name = 'x'.repeat(300_000);
  world.intercept = async ({ subgraph, body: { query, variables } }, response) => {
    const json = (data: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }));
    if (subgraph === 'reviews') {
      const key = /(\w+) ?: ?reviews/.exec(query)?.[1] ?? 'reviews';
      const reviews = Array.from({ length: 100 }, () => ({ author: { __typename: 'User', id: 'u1' } }));
      json({ _entities: [{ [key]: reviews }] });
    } else if (Array.isArray(variables?.representations)) {
      json({ _entities: variables.representations.map(() => ({ name })) });
    } else {
      return false;
    }
    return true;
  };
  const body = JSON.stringify({ query: '{ me { reviews { author { name } } } }' });
  world.requests.length = 0;
  const unread = await openSlowly(
    gateway.url,
    `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
  );
  unread.pause();
  await expect.poll(() => world.requests.length).toBe(3);
  world.intercept = null;
  await expect.poll(async () => (await gateway.ask('{ me { id } }')).status).toBe(200);
  expect(unread.closed).toBe(false);
  unread.destroy();
});

test('a connection that is idle between requests is not closed', async () => {
  await using gateway = await startOver(world, { REQUEST_TIMEOUT_MS: '300' });
  const get = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';
  const kept = await openSlowly(gateway.url, get);
  let received = '';
  kept.on('data', (chunk) => {
    received += String(chunk);
  });
  await new Promise((resolve) => setTimeout(resolve, 1600));
  kept.write(get);
  await expect.poll(() => received.split('"live":true').length - 1).toBe(2);
  kept.destroy();
});
