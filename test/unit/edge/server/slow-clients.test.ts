/** Clients that send slowly or don't read. No edge keeps their connections open. */
import type { FastifyInstance } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createEdgeServer } from '../../../../edge/server/create-server.ts';
import { cutOff, openSlowly, unfinishedPost } from '../../../support/wire/slow-client.ts';

let app: FastifyInstance;
let url: string;
beforeEach(async () => {
  const nothing = () => undefined;
  app = createEdgeServer({
    bodyLimit: 1_000,
    requestTimeoutMs: 300,
    trustedProxies: [],
    tls: null,
    state: { ping: async () => undefined },
    stopping: new AbortController().signal,
    log: { level: 'silent', debug: nothing, info: nothing, warn: nothing, error: nothing },
  });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => app.close());

test.each([
  ['headers', 'POST /graphql HTTP/1.1\r\nhost: x\r\n'],
  ['a body', unfinishedPost('http://x/graphql')],
  ['nothing', ''],
])('a client that sends %s and no more is disconnected after the request timeout', async (_what, text) => {
  const slow = await Promise.all(Array.from({ length: 20 }, () => openSlowly(url, text)));
  await Promise.all(slow.map(cutOff));
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
});

// The test only reads the setting. Node restarts the timeout after each write, so waiting for its end would take a
// minute.
test('a client that does not read its answer has 30 s more than a request', () => {
  expect(app.server.timeout).toBe(30_300);
});

test('a connection that is idle between requests is not closed', async () => {
  const get = 'GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n';
  const kept = await openSlowly(url, get);
  let received = '';
  kept.on('data', (chunk) => {
    received += String(chunk);
  });
  await new Promise((resolve) => setTimeout(resolve, 1_600));
  kept.write(get);
  await expect.poll(() => received.split('"live":true').length - 1).toBe(2);
  kept.destroy();
});
