import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import type { AnswerRequest } from '../../../../gateway/engine/host.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';
import { createTestGateway } from './gateway.ts';

type Line = Record<string, unknown>;

async function linesOf(
  options: Parameters<typeof createTestGateway>[0],
  request: { method?: 'GET' | 'POST'; url?: string; body?: object },
): Promise<readonly Line[]> {
  const lines: Line[] = [];
  const log = pino({ level: 'debug' }, { write: (line: string) => lines.push(JSON.parse(line) as Line) });
  await using app = await createTestGateway({ ...options, log });
  await app.inject({ method: 'POST', url: '/graphql', ...request });
  return lines.filter((line) => 'route' in line);
}

/** Fills in the report as the engine does. */
const answer: AnswerRequest = async ({ operation }) => {
  if (operation === undefined) {
    throw new Error('nobody wants to know');
  }
  const soapCall = { system: 'circulation', operation: 'GetLoans', failed: 0, attempts: 2, waitedMs: 0 };
  Object.assign(operation, { name: 'Mine', type: 'query', hash: 'abc', estimatedCost: 7 });
  operation.fetches.push({
    subgraph: 'circulation',
    operation: '{ a }',
    startedAfterMs: 0,
    ms: 20.4,
    failure: null,
    bytes: null,
    soapCalls: [
      { ...soapCall, calls: 2, ms: 10.2 },
      { ...soapCall, operation: 'GetHolds', calls: 1, ms: 5.1 },
    ],
  });
  const error = { message: 'no', extensions: { code: 'UPSTREAM_TIMEOUT' } };
  return { data: { a: null }, errors: [error, error, { message: 'no', extensions: { code: 'FORBIDDEN' } }] };
};

test('a request is one line: operation, caller, codes, cost, fetches and SOAP calls', async () => {
  const issuers = {
    authenticate: async () => ({
      ...anonymous,
      authenticated: true,
      clientId: 'web',
      audience: 'reader' as const,
    }),
  };
  const lines = await linesOf({ answer, issuers }, { body: { query: '{ a }' } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({
    level: 30,
    method: 'POST',
    route: '/graphql',
    status: 200,
    operation: 'Mine',
    hash: 'abc',
    type: 'query',
    audience: 'reader',
    client: 'web',
    cost: 7,
    errors: ['UPSTREAM_TIMEOUT', 'FORBIDDEN'],
    fetches: 1,
    fetchMs: 20,
    soapCalls: 3,
    soapMs: 15,
  });
});

test('a batch is one line, with sums', async () => {
  const limits = { ...defaultLimits, maxBatch: 2 };
  const [line] = await linesOf({ answer, limits }, { body: [{ query: '{ a }' }, { query: '{ b }' }] });
  expect(line).toMatchObject({ batch: 2, operation: 'Mine', cost: 14, fetches: 2, soapCalls: 6 });
});

test('a request that is rejected by HTTP has the code of its error', async () => {
  const [line] = await linesOf({ answer }, { body: { query: 1 } });
  expect(line).toMatchObject({ level: 30, status: 400, errors: ['BAD_REQUEST'], fetches: 0 });
});

test('probes are at debug level', async () => {
  expect(await linesOf({}, { method: 'GET', url: '/health/live' })).toMatchObject([
    { level: 20, route: '/health/live', status: 200 },
  ]);
});
