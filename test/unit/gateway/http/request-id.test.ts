import { pino } from 'pino';
import { expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import { createSubgraphServer } from '../../../../subgraphs/runtime/http.ts';
import { createTestGateway } from './gateway.ts';

const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
const sent = '4bf92f3577b34da6a3ce929d0e0e4736';

/**
 * Sends a request, with `id` in the header if it is given. Resolves to the set of ids in the answer, in the log, at the
 * caller, and in the header for subgraphs.
 */
async function idsFor(id: string | undefined) {
  const lines: { reqId: string }[] = [];
  const callers: Caller[] = [];
  await using app = await createTestGateway({
    log: pino({}, { write: (line: string) => lines.push(JSON.parse(line) as { reqId: string }) }),
    forwardedHeaders: ['x-request-id'],
    answer: async ({ caller }) => {
      callers.push(caller);
      return { data: { a: 1 } };
    },
  });
  const { headers } = await app.inject({
    method: 'POST',
    url: '/graphql',
    headers: id === undefined ? {} : { 'x-request-id': id },
    body: { query: '{ a }' },
  });
  const { requestId, forwarded } = callers[0] ?? expect.fail('nobody was asked');
  return new Set([headers['x-request-id'], lines.at(-1)?.reqId, requestId, forwarded?.['x-request-id']]);
}

test.each([sent, '01ARZ3NDEKTSV4RRFFQ69G5FAV', '9b2f6f0e-3c9a-4f53-8a37-5f2f0d1c7e11'])(
  'the id %s is kept: in the answer, in the log and to subgraphs',
  async (id) => {
    expect(await idsFor(id)).toEqual(new Set([id]));
  },
);

test.each([
  ['a number of a card', '21852000000033'],
  ['an identity number', 'A123456(3)'],
  ['too long', 'a'.repeat(65)],
  ['other signs', `${sent}"(x)`],
  ['none', undefined],
])('instead of %s there is a new one', async (_what, id) => {
  const ids = [...(await idsFor(id))];
  expect(ids).toEqual([expect.stringMatching(uuid)]);
  expect(await idsFor(id)).not.toEqual(new Set(ids));
});

test('an answer that is none of GraphQL has an id, too', async () => {
  await using app = await createTestGateway();
  for (const url of ['/health/live', '/nowhere', '/%zz']) {
    const { headers } = await app.inject({ url, headers: { 'x-request-id': sent } });
    expect(headers['x-request-id']).toBe(sent);
  }
});

test('a subgraph in another process has the id in its log', async () => {
  const lines: string[] = [];
  const server = createSubgraphServer({
    name: 'patrons',
    subgraph: () => expect.fail('it was executed'),
    secrets: [new TextEncoder().encode('one secret of thirty-two characters')],
    log: pino({}, { write: (line: string) => lines.push(line) }),
    health: { known: () => Promise.resolve(), conditions: () => ({}), dependencies: () => ({}) },
    stopping: new AbortController().signal,
    requestTimeoutMs: 1000,
    tls: null,
  });
  await using subgraph = createHttpSubgraph(
    'patrons',
    new URL(await server.listen({ port: 0 })),
    new TextEncoder().encode('another secret of thirty-two letters'),
  );
  const request = { subgraph: 'patrons', operation: '{ a }', kind: 'query', variables: {} } as const;
  const caller = { ...anonymous, requestId: sent };
  const signal = AbortSignal.timeout(5000);
  await expect(subgraph.transport(request, caller, signal, 'reader', null, null)).rejects.toThrow();
  expect(lines.filter((line) => line.includes('refused a request')).join()).toContain(`"reqId":"${sent}"`);
  await server.close();
});
