import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import Fastify from 'fastify';
import { expect, test } from 'vitest';
import { addDraining } from '../../../../platform/http/draining.ts';

const requestTimeoutMs = 60_000;

/** A server whose requests are answered when `answer` is called. */
async function startServer() {
  const warnings: object[] = [];
  const log = { warn: (details: object) => warnings.push(details) };
  const arrived = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const app = Fastify({ forceCloseConnections: 'idle' });
  addDraining(app, { stopping: new AbortController().signal, requestTimeoutMs, log });
  app.get('/', async () => {
    arrived.resolve();
    await held.promise;
    return 'done';
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, warnings, arrived: arrived.promise, answer: held.resolve };
}

async function connectSilently(port: number) {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

test('a connection that sends nothing delays the end by seconds', { timeout: 20_000 }, async () => {
  const { app, port, warnings } = await startServer();
  const silent = await connectSilently(port);
  const closed = once(silent, 'close');
  await app.close();
  await closed;
  expect(warnings).toEqual([]);
});

test('a request under way is answered before it, however long that takes', { timeout: 20_000 }, async () => {
  const { app, port, arrived, answer } = await startServer();
  await connectSilently(port);
  const answered = fetch(`http://127.0.0.1:${port}/`).then((response) => response.text());
  await arrived;
  const closing = app.close();
  await new Promise((resolve) => setTimeout(resolve, 6000));
  answer();
  expect(await answered).toBe('done');
  await closing;
});
