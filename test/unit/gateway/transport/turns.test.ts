/** One caller sends more requests to a subgraph in another process than there are connections to it. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt } from 'jose';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { anonymous, type Caller } from '../../../../gateway/access/caller.ts';
import { createHttpSubgraph, type HttpSubgraph } from '../../../../gateway/transport/http.ts';
import type { CallClass } from '../../../../platform/priority/call-classes.ts';

let resources: AsyncDisposableStack;
let subgraph: HttpSubgraph;
/** The subgraph answers everybody but the caller `flood`. */
let hanging: number;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  hanging = 0;
  const server = createServer((request, response) => {
    const { caller } = decodeJwt<{ caller: { subject: string } }>(
      String(request.headers['patron-graph-caller']),
    );
    if (caller.subject === 'flood') {
      hanging += 1;
    } else {
      response.setHeader('content-type', 'application/json').end('{"data":{"a":1}}');
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const secret = new TextEncoder().encode('a secret of the tests, long enough');
  subgraph = createHttpSubgraph('patrons', new URL(`http://127.0.0.1:${port}`), secret);
  resources.defer(async () => {
    server.closeAllConnections();
    server.close();
    await subgraph[Symbol.asyncDispose]();
  });
});
afterEach(() => resources.disposeAsync());

const request = { subgraph: 'patrons', operation: '{ a }', kind: 'query', variables: {} } as const;
const callerOf = (subject: string): Caller => ({ ...anonymous, authenticated: true, issuer: 'i', subject });

const ask = (subject: string, callClass: CallClass, signal: AbortSignal) =>
  subgraph.transport(request, callerOf(subject), signal, callClass, null, null);

test('others of the class have their turn, and so have the more urgent classes', async () => {
  const leave = new AbortController();
  const flood = Array.from({ length: 300 }, () => ask('flood', 'staff', leave.signal));
  const ended = Promise.allSettled(flood);
  await expect.poll(() => hanging, { timeout: 10_000 }).toBe(63);
  const soon = AbortSignal.timeout(5_000);
  for (const [subject, callClass] of [
    ['another', 'staff'],
    ['flood and more', 'staff'],
    ['a station', 'lending'],
  ] as const) {
    expect(await ask(subject, callClass, soon)).toMatchObject({ data: { a: 1 } });
  }
  expect(hanging).toBe(63);
  leave.abort();
  expect((await ended).every(({ status }) => status === 'rejected')).toBe(true);
  expect(await ask('another', 'staff', soon)).toMatchObject({ data: { a: 1 } });
});
