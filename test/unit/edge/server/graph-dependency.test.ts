/** Sign-in and the pages list the graph among their dependencies, and are ready without it. */
import { createServer } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGraphPing } from '../../../../edge/graph/ping.ts';
import { createEdgeServer } from '../../../../edge/server/create-server.ts';
import { freePort } from '../../../support/processes.ts';
import { listenOnLoopback } from '../../../support/servers/loopback.ts';

let resources: AsyncDisposableStack;
beforeEach(() => {
  resources = new AsyncDisposableStack();
});
afterEach(() => resources.disposeAsync());

/** Asks an edge's health, with a graph at this port. */
async function healthWith(port: number): Promise<readonly [number, object]> {
  const nothing = () => undefined;
  const app = createEdgeServer({
    bodyLimit: 100,
    requestTimeoutMs: 1_000,
    trustedProxies: [],
    tls: null,
    state: { ping: async () => undefined },
    graphPing: resources.use(createGraphPing(new URL(`http://127.0.0.1:${port}/graphql`), null)),
    stopping: new AbortController().signal,
    log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  resources.defer(() => app.close());
  const ready = await app.inject('/health/ready');
  return [ready.statusCode, (await app.inject('/health/dependencies')).json()];
}

test.each([
  [200, 'up'],
  [400, 'up'],
  [503, 'down'],
])('a graph that answers with %i is %s', async (status, graph) => {
  const port = await freePort();
  const server = createServer((_request, response) => response.writeHead(status).end('{}'));
  resources.use(await listenOnLoopback(server, port));
  expect(await healthWith(port)).toEqual([200, { dependencies: { state: 'up', graph } }]);
});

test('a graph that is away is down, and the edge is ready all the same', async () => {
  expect(await healthWith(await freePort())).toEqual([200, { dependencies: { state: 'up', graph: 'down' } }]);
});
