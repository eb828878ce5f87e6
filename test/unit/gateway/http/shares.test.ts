/** The slots of the gateway are shared among callers, no matter what their requests wait for. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withoutRates } from '../../../../gateway/access/rates/rate-limiter.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

const maxConcurrentRequests = 12;

let resources: AsyncDisposableStack;
let url: string;
/** The number of requests that are not answered yet. */
let hanging: number;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  hanging = 0;
  const released = Promise.withResolvers<void>();
  const app = resources.use(
    await createTestGateway({
      limits: { ...defaultLimits, maxConcurrentRequests },
      rates: withoutRates,
      trustedProxies: ['127.0.0.1'],
      async answer({ parameters: { query } }) {
        if (query === '{ hangs }') {
          hanging += 1;
          await released.promise;
          hanging -= 1;
        }
        return { data: { a: 1 } };
      },
    }),
  );
  resources.defer(() => released.resolve());
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => resources.disposeAsync());

async function ask(caller: number, query: string, signal: AbortSignal | null = null) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `203.0.113.${caller}` },
    body: JSON.stringify({ query }),
    signal,
  });
  await response.text();
  return [response.status, response.headers.get('retry-after')];
}

test.each([
  { callers: 1, held: 6 },
  { callers: 3, held: 9 },
])(
  'of 12 slots, callers hold $held at most if they are $callers, and another one is answered',
  async ({ callers, held }) => {
    const refused: unknown[] = [];
    for (let count = 0; count < 60; count += 1) {
      void ask(count % callers, '{ hangs }').then(
        (outcome) => refused.push(outcome),
        () => undefined,
      );
    }
    await expect.poll(() => refused.length, { timeout: 5_000 }).toBe(60 - held);
    expect(refused).toEqual(new Array(60 - held).fill([429, '1']));
    expect(hanging).toBe(held);
    expect(await ask(100, '{ a }')).toEqual([200, null]);
  },
);

test('callers who disconnect give back their share', async () => {
  for (let times = 0; times < 3; times += 1) {
    const leave = new AbortController();
    const left = Array.from({ length: 6 }, () => ask(1, '{ hangs }', leave.signal).catch(() => undefined));
    await expect.poll(() => hanging, { timeout: 5_000 }).toBe(6 * (times + 1));
    leave.abort();
    await Promise.all(left);
    await expect.poll(async () => (await ask(1, '{ a }'))[0]).toBe(200);
  }
});
