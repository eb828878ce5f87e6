import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { fetchSubgraphs, reachSubgraphs } from '../../../../gateway/engine/fetch-subgraphs.ts';
import { OperationReport } from '../../../../gateway/engine/operation-report.ts';
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

test.each([
  [new ClientGone(), 'CLIENT_GONE'],
  [new Error('the time is over'), 'INTERNAL_SERVER_ERROR'],
])('a fetch that ends because of %o is counted as %s', async (reason, failure) => {
  const signal = AbortSignal.abort(reason);
  const failures: unknown[] = [];
  const fetch = fetchSubgraphs({ caller: anonymous, signal }, new OperationReport(), {
    subgraphs: reachSubgraphs(new Map([['a', () => Promise.reject(reason)]])),
    observer: { fetched: (...observed) => failures.push(observed[2]) },
    log: pino({ level: 'silent' }),
  });
  const request = { subgraph: 'a', operation: '{ a }', kind: 'query', variables: {} } as const;
  await expect(fetch(request)).rejects.toBe(reason);
  expect(failures).toEqual([failure]);
});
