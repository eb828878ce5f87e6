/** The log line that a subgraph in a process of its own writes for each request of the gateway. */
import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import type { ClientOperation } from '../../../../gateway/transport/transport.ts';
import { createSubgraphServer } from '../../../../subgraphs/runtime/http.ts';
import { startTelemetry } from '../../../../telemetry/start.ts';

const secret = new TextEncoder().encode('one secret of thirty-two characters');
const requestId = '4bf92f3577b34da6a3ce929d0e0e4736';
const asStaff: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'library',
  subject: 'staff-1',
  clientId: 'desk',
  audience: 'staff',
  requestId,
};

/** The last line of a subgraph's log, after the caller has requested the operation. */
async function lineOf(
  caller: Caller,
  operation: ClientOperation | null = null,
): Promise<Record<string, unknown>> {
  const lines: Record<string, unknown>[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>) });
  const server = createSubgraphServer({
    name: 'patrons',
    subgraph: () => ({
      name: 'patrons',
      execute: async () => ({
        data: { a: 1 },
        errors: [{ message: 'no', extensions: { code: 'FORBIDDEN' } }],
      }),
      async *subscribe() {},
      async [Symbol.asyncDispose]() {},
    }),
    secrets: [secret],
    log,
    health: { known: () => Promise.resolve(), conditions: () => ({}), dependencies: () => ({}) },
    stopping: new AbortController().signal,
    requestTimeoutMs: 1000,
    tls: null,
  });
  const url = new URL(await server.listen({ port: 0, host: '127.0.0.1' }));
  await using subgraph = createHttpSubgraph('patrons', url, secret);
  const request = { subgraph: 'patrons', operation: '{ a }', kind: 'query', variables: {} } as const;
  await subgraph.transport(request, caller, AbortSignal.timeout(10_000), 'staff', operation, null);
  await expect.poll(() => lines.some(({ route }) => route === '/graphql')).toBe(true);
  await server.close();
  return lines.find(({ route }) => route === '/graphql') ?? {};
}

test('its line names the request, the operation, the audience and the client as the gateway’s line does', async () => {
  expect(await lineOf(asStaff, { name: 'Desk', hash: '6a8c37f943a5896f', type: 'query' })).toMatchObject({
    reqId: requestId,
    method: 'POST',
    route: '/graphql',
    status: 200,
    operation: 'Desk',
    hash: '6a8c37f943a5896f',
    audience: 'staff',
    client: 'desk',
    errors: ['FORBIDDEN'],
    soapCalls: 0,
  });
});

test('an operation without a name has its hash, and a caller without a token is the public', async () => {
  const line = await lineOf(
    { ...anonymous, requestId },
    { name: null, hash: '6a8c37f943a5896f', type: 'query' },
  );
  expect(line).toMatchObject({ operation: null, hash: '6a8c37f943a5896f', audience: 'public', client: null });
});

test('R30: a name that may hold a number of a person is withheld', async () => {
  const line = await lineOf(asStaff, {
    name: 'Loans_21852000000017',
    hash: '6a8c37f943a5896f',
    type: 'query',
  });
  expect(line.operation).toBe('(withheld)');
});

test('what no client has asked, as a health check, has no operation', async () => {
  const line = await lineOf(anonymous);
  expect(line).toMatchObject({ audience: 'public' });
  expect(Object.keys(line)).not.toContain('operation');
});

test('where traces are on, the line has the id of the trace', async () => {
  const env = { OTEL_TRACES_EXPORTER: 'otlp', OTEL_TRACES_SAMPLER: 'always_off' };
  await using _telemetry = await startTelemetry(env, {
    service: 'patrons',
    version: '1',
    log: { warn: () => undefined },
  });
  const line = await lineOf(asStaff, { name: 'Desk', hash: '6a8c37f943a5896f', type: 'query' });
  expect(line).toMatchObject({ reqId: requestId, traceId: expect.stringMatching(/^[\da-f]{32}$/) });
});
