import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { asked, clientOf, failureOf } from '../prs-client.ts';

/**
 * Starts a server that accepts connections but never sends anything. An https connection is therefore never
 * established.
 */
async function startSilentServer() {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {}).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  return {
    url: `https://127.0.0.1:${address.port}/`,
    sockets,
    connected: async () => {
      await once(server, 'connection');
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        socket.destroy();
      }
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}

test.each(['GetPatrons', 'RegisterPatron'] as const)(
  'connecting ends with its call, and the next call gets its place at once: %s',
  async (operation) => {
    await using server = await startSilentServer();
    await using client = clientOf(server.url, { connections: 1, deadlineMs: 60_000 });
    const request = {
      GetPatrons: asked,
      RegisterPatron: { DETAILS: { ENG_NAME: 'A', DOB: '20000101', ADDR_LINE: [], ADDR_PROOF: 'N' } },
    } as const;
    for (let count = 0; count < 3; count += 1) {
      const caller = new AbortController();
      const connected = server.connected();
      const call = failureOf(client.ask(operation, request[operation], caller.signal));
      await connected;
      const socket = server.sockets.at(-1);
      if (socket === undefined) {
        throw new Error('no connection');
      }
      const closed = once(socket, 'close');
      caller.abort();
      expect((await call).reason).toBe('cancelled');
      await closed;
    }
    expect(server.sockets).toHaveLength(3);
  },
);

test('the connection of a call that is given up is reset, so that unsent bytes are never sent', async () => {
  const reset = Promise.withResolvers<string>();
  const server = createServer((socket) => {
    socket.on('data', () => caller.abort());
    socket.on('error', (error) => reset.resolve(String(Reflect.get(error, 'code'))));
    socket.on('end', () => reset.resolve('closed'));
  });
  const caller = new AbortController();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  await using client = clientOf(`http://127.0.0.1:${address.port}/`, { connections: 1 });
  const call = failureOf(client.ask('GetPatrons', asked, caller.signal));
  expect((await call).reason).toBe('cancelled');
  expect(await reset.promise).toBe('ECONNRESET');
  server.close();
});
