import { pino } from 'pino';
import { expect, test } from 'vitest';
import { ClientGone } from '../../../../gateway/engine/request.ts';
import { createTestGateway } from './gateway.ts';

test('a client that goes away is a 499 at debug level, and the reason why its request ends', async () => {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line)) });
  const arrived = Promise.withResolvers<AbortSignal>();
  await using app = await createTestGateway({
    log,
    answer: ({ signal }) => {
      arrived.resolve(signal);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ data: null })));
    },
  });
  const url = await app.listen({ port: 0 });
  const client = new AbortController();
  const request = fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"query":"{ a }"}',
    signal: client.signal,
  });
  const signal = await arrived.promise;
  client.abort();
  await expect(request).rejects.toThrow('abort');
  await expect
    .poll(() => lines.filter(({ status }) => status === 499))
    .toMatchObject([{ level: 20, method: 'POST', route: '/graphql', msg: 'the client went away' }]);
  expect(signal.reason).toBeInstanceOf(ClientGone);
  expect(lines.filter(({ level }) => Number(level) > 30)).toEqual([]);
});
