/** What a server keeps for a terminal that doesn't read, over sockets. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultBounds } from '../../../../edge/sip2/bounds.ts';
import { Conversation } from '../../../../edge/sip2/conversation.ts';

/** Much longer than any of SIP2, so that the buffers of the system are soon full. */
const answer = Buffer.alloc(100_000, 'x');

let resources: AsyncDisposableStack;
let client: Socket;
let socket: Socket;
/** Messages that were answered. */
let answered: number;
/** The most bytes that the server has kept. */
let kept: number;

async function converse(readingTimeoutMs: number): Promise<void> {
  const nothing = () => undefined;
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => void server.close());
  const connected = once(server, 'connection');
  client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  client.on('error', nothing);
  resources.defer(() => void client.destroy());
  [socket] = (await connected) as [Socket];
  socket.on('error', () => socket.destroy());
  const connection = {
    isOpen: true,
    profile: 'station' as const,
    async react() {
      kept = Math.max(kept, socket.writableLength);
      answered += 1;
      return { bytes: answer, close: false };
    },
  };
  new Conversation(
    socket,
    connection,
    { ...defaultBounds, readingTimeoutMs },
    { debug: nothing, info: nothing, warn: nothing },
  );
}

beforeEach(() => {
  resources = new AsyncDisposableStack();
  [answered, kept] = [0, 0];
});
afterEach(() => resources.disposeAsync());

test('a terminal that sends without reading is cut off, and next to nothing is kept for it', async () => {
  await converse(500);
  client.pause();
  client.write('99\r'.repeat(2_000));
  await once(socket, 'close');
  expect(kept).toBeLessThan(1_000_000);
  expect(answered).toBeLessThan(2_000);
});

test('one that reads slowly gets all of its answers', async () => {
  await converse(60_000);
  client.pause();
  client.write('99\r'.repeat(300));
  await expect.poll(() => socket.writableNeedDrain).toBe(true);
  let received = 0;
  client.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  client.resume();
  await expect.poll(() => received).toBe(300 * answer.length);
  expect([kept < 1_000_000, socket.destroyed]).toEqual([true, false]);
});
