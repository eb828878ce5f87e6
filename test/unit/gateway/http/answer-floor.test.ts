/** Answers whose duration must not reveal anything. They are held at the caller's socket, and nowhere else. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

const floorMs = 400;
/** Less than the floor, but enough for an answer that is not held. */
const soonMs = 300;

let resources: AsyncDisposableStack;
let url: string;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const app = resources.use(
    await createTestGateway({
      limits: { ...defaultLimits, maxConcurrentRequests: 1, maxBatch: 2 },
      issuers: {
        authenticate: async (header) => ({
          ...anonymous,
          authenticated: true,
          scopes: new Set([header ?? '']),
        }),
      },
      async answer({ parameters: { query }, operation }) {
        if (operation !== undefined && query === '{ refused }') {
          operation.floorMs = floorMs;
        }
        return { data: { a: 1 } };
      },
    }),
  );
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => resources.disposeAsync());

/** Sends a request. Resolves to its status, and the time that it took in ms. */
async function ask(body: object, headers: Readonly<Record<string, string>> = {}) {
  const startedAt = performance.now();
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  await response.text();
  return { status: response.status, ms: performance.now() - startedAt };
}

test('while answers are held, their slot is free for others', async () => {
  const held = Array.from({ length: 20 }, async () => await ask({ query: '{ refused }' }));
  for (let times = 0; times < 3; times += 1) {
    await expect.poll(async () => (await ask({ query: '{ a }' })).status, { timeout: soonMs }).toBe(200);
  }
  const outcomes = await Promise.all(held);
  expect(outcomes.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
  for (const { status, ms } of outcomes) {
    expect(status === 503 || ms >= floorMs - 5).toBe(true);
  }
});

test('a batch is held until its longest floor has passed', async () => {
  const { status, ms } = await ask([{ query: '{ a }' }, { query: '{ refused }' }]);
  expect(status).toBe(200);
  expect(ms).toBeGreaterThanOrEqual(floorMs - 5);
});

test('a sign-in service that holds its answers itself gets them at once, and nobody else does', async () => {
  const ownFloor = { 'patron-graph-own-floor': '1' };
  const refused = { query: '{ refused }' };
  expect((await ask(refused, { ...ownFloor, authorization: 'sign-in' })).ms).toBeLessThan(soonMs);
  expect((await ask(refused, { authorization: 'sign-in' })).ms).toBeGreaterThanOrEqual(floorMs - 5);
  expect((await ask(refused, { ...ownFloor, authorization: 'partner:verify' })).ms).toBeGreaterThanOrEqual(
    floorMs - 5,
  );
});
