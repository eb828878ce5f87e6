/** One of our own subgraphs is asked for a stream with the caller signed, like any request. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { anonymous } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph } from '../../../../gateway/transport/http.ts';
import { verifyCaller } from '../../../../subgraphs/runtime/caller.ts';
import { listenOnLoopback } from '../../../support/servers/loopback.ts';

const secret = new TextEncoder().encode('a secret of thirty-two characters');

test('the signature names the caller, and is valid for this stream alone', async () => {
  const server = createServer();
  await using listening = await listenOnLoopback(server);
  await using subgraph = createHttpSubgraph('circulation', new URL(listening.origin), secret);
  const arriving = once(server, 'request');
  const controller = new AbortController();
  const responses: unknown[] = [];
  const opened = subgraph.openStream(
    {
      subgraph: 'circulation',
      operation: 'subscription { loanChanged { id } }',
      kind: 'subscription',
      variables: {},
    },
    {
      caller: { ...anonymous, authenticated: true, issuer: 'https://id', subject: 'ada', patronId: 'P1' },
      callClass: 'reader',
      operation: { name: 'Loans', hash: 'abc', type: 'query' },
      traceContext: null,
    },
    {
      next: (...event) => responses.push(event),
      room: () => null,
      end: (failure) => responses.push(failure),
    },
    controller.signal,
  );
  const [request, response] = await arriving;
  const body = await buffer(request);
  const header = String(request.headers['patron-graph-caller']);
  expect(verifyCaller(header, body, 'circulation', [secret])).toMatchObject({
    patronId: 'P1',
    callClass: 'reader',
    logged: { operation: { name: 'Loans', hash: 'abc' } },
  });
  expect(() => verifyCaller(header, Buffer.from('{}'), 'circulation', [secret])).toThrow();
  expect(request.headers.accept).toBe('text/event-stream');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write('id: 7\nevent: next\ndata: {"data":{"loanChanged":{"id":"1"}}}\n\n');
  await opened;
  response.end('event: complete\ndata:\n\n');
  while (responses.length < 2) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  expect(responses).toEqual([[{ data: { loanChanged: { id: '1' } } }, 35, '7'], null]);
});
