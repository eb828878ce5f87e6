import { expect, test } from 'vitest';
import type { GraphAnswer, GraphClient, RelayedRequest } from '../../../../edge/graph/client.ts';
import { GraphBusy } from '../../../../edge/graph/graph-busy.ts';
import { observedGraph, observedRelay } from '../../../../edge/graph/observed.ts';

const operation = { document: 'query SipItem($id: ID!) { item(id: $id) { id } }' } as Parameters<
  GraphClient['ask']
>[0];
const request = {} as Parameters<GraphClient['ask']>[1];

/** The events that the observer gets when a request ends like `ask`. */
async function toldOf(ask: () => Promise<GraphAnswer<never>>): Promise<readonly unknown[]> {
  const told: unknown[] = [];
  const graph = observedGraph({ ask }, { asked: (...event) => told.push(event) });
  await graph.ask(operation, request).catch(() => undefined);
  return told;
}

test.each([
  ['answered', async () => ({ data: null, errors: [] })],
  ['errors', async () => ({ data: null, errors: [{ path: [], code: 'FORBIDDEN', isOwnExcess: false }] })],
  ['failed', () => Promise.reject(new Error('no answer'))],
  ['failed', () => Promise.reject(new GraphBusy('reader', 'class'))],
  ['errors', () => Promise.reject(new GraphBusy('reader', 'caller'))],
] as const)('a question is told by its operation’s name, and was %s', async (outcome, ask) => {
  expect(await toldOf(ask)).toEqual([['SipItem', outcome, expect.any(Number)]]);
});

test('a question without an answer still fails, and one without an observer is asked', async () => {
  const away = observedGraph({ ask: () => Promise.reject(new Error('no answer')) }, {});
  await expect(away.ask(operation, request)).rejects.toThrow('no answer');
});

test.each([
  [200, 'answered'],
  [401, 'rejected'],
  [503, 'failed'],
])('a relayed request whose answer has the status %d was %s', async (status, outcome) => {
  const told: unknown[] = [];
  const answer = { status, headers: {}, body: Buffer.alloc(0) };
  const relay = observedRelay({ relay: async () => answer }, { relayed: (...event) => told.push(event) });
  expect(await relay.relay({} as RelayedRequest)).toBe(answer);
  expect(told).toEqual([[outcome, expect.any(Number)]]);
});

test.each([
  ['class', 'failed'],
  ['caller', 'rejected'],
] as const)('a request that is not relayed because the %s has too many was %s', async (lack, outcome) => {
  const told: unknown[] = [];
  const relay = observedRelay(
    { relay: () => Promise.reject(new GraphBusy('reader', lack)) },
    { relayed: (...event) => told.push(event) },
  );
  await expect(relay.relay({} as RelayedRequest)).rejects.toThrow('wait for the graph');
  expect(told).toEqual([[outcome, expect.any(Number)]]);
});
