/** The memory that a server uses for a terminal that doesn't read, measured with real sockets. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defaultBounds } from '../../../../edge/sip2/bounds.ts';
import { Conversation } from '../../../../edge/sip2/conversation.ts';
import type { Terminal } from '../../../../edge/sip2/terminals/terminals.ts';

const stationForTests: Terminal = {
  name: 'station',
  profile: 'station',
  login: null,
  addresses: null,
  certificate: null,
  charset: 'utf-8',
  language: 'en',
  timeoutSeconds: 3,
  branch: null,
  smartIdFields: null,
  sortBins: {},
  lists: null,
  lendsOffline: false,
  takesPayments: false,
};

/** The answer is much longer than any in SIP2, so the buffers of the operating system fill up quickly. */
const answer = Buffer.alloc(100_000, 'x');

let resources: AsyncDisposableStack;
let client: Socket;
let socket: Socket;
let answered: number;
/** The largest number of unsent bytes that the server has held. */
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
    terminal: stationForTests,
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
    { log: { debug: nothing, info: nothing, warn: nothing }, refused: nothing },
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
