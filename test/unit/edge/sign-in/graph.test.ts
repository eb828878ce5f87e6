/**
 * The requests that sign-in sends to the graph. The graph of these tests never tells whether a PIN or a code is right.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHttpGraphClient } from '../../../../edge/graph/client.ts';
import { createReaderGraph, GraphUnavailable, type ReaderGraph } from '../../../../edge/sign-in/graph.ts';

const standing = { pseudonym: 'a-pseudonym', inGoodStanding: true, signInAgainSince: null };

let resources: AsyncDisposableStack;
let graph: ReaderGraph;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const server = createServer(async (request, response) => {
    if ((await text(request)).includes('readerStanding')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ data: { readerStanding: standing } }));
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const client = createHttpGraphClient(new URL(`http://127.0.0.1:${port}/graphql`), null);
  resources.use(client);
  graph = createReaderGraph({ graph: client, token: async () => 'a token', timeoutMs: 60_000 });
});
afterEach(() => resources.disposeAsync());

test('however many try PINs and codes, those who are signed in are answered', async () => {
  const presented = { libraryCardNumber: '21852000000033', address: 'a network' };
  let refused = 0;
  for (let tries = 0; tries < 100; tries += 1) {
    const tried = [
      graph.authenticate({ ...presented, pin: '1234' }),
      graph.setPin({ ...presented, code: '12345678', newPin: '1234' }, 'en'),
    ];
    for (const answer of tried) {
      answer.catch((error: unknown) => {
        refused += Number(error instanceof GraphUnavailable);
      });
    }
  }
  await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(100);
  expect(await graph.standing('P0000001', 'example-ebooks')).toEqual(standing);
});
