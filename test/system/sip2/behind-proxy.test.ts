/** Terminals behind a proxy that speaks the PROXY protocol, version 2, with and without TLS. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterAll, describe, expect, test } from 'vitest';
import { blockListOf } from '../../../platform/lifecycle/network.ts';
import { createAuthority } from '../../support/certificates.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { login } from '../../support/sip2/messages.ts';
import { encodePacket } from '../../support/sip2/packet.ts';
import { proxyHeaderFor, proxyHeaderOf } from '../../support/sip2/proxy-header.ts';
import { password, sip2ForTests, sip2Tls, startSip2 } from './running-sip2.ts';

const { system } = sip2ForTests();
const authority = createAuthority();
afterAll(() => authority[Symbol.dispose]());

const terminals = [
  { name: 'near', profile: 'station', login: { user: 'station', password }, addresses: ['192.0.2.0/24'] },
];
const trustedProxies = blockListOf(['127.0.0.1']);
const open = openedForTests(() => startSip2(system, { terminals, trustedProxies }));
const secure = openedForTests(() =>
  startSip2(system, { terminals, trustedProxies, tls: sip2Tls(authority) }),
);

/** Connects from an address of this machine, sends the bytes, and resolves to the bytes that came until the end. */
async function exchange(
  { port }: { readonly port: number },
  header: Buffer,
  { localAddress = '127.0.0.1', isSecure = false } = {},
): Promise<string> {
  const raw = connect({ port, host: '127.0.0.1', localAddress });
  raw.on('error', () => undefined);
  await once(raw, 'connect');
  raw.write(header);
  const socket: Socket = isSecure ? connectTls({ socket: raw, ca: authority.ca, host: '127.0.0.1' }) : raw;
  socket.on('error', () => undefined);
  socket.write(encodePacket(login('station', password), null));
  let received = '';
  socket.on('data', (chunk: Buffer) => {
    received += chunk.toString();
    socket.end();
  });
  // `once` would reject at a reset, which is one of the ends.
  await new Promise((resolve) => socket.once('close', resolve));
  return received;
}

const allowed = proxyHeaderFor('192.0.2.7');

describe.each([false, true])('with TLS: %s', (isSecure) => {
  const server = isSecure ? secure : open;

  test('a trusted proxy says from where a terminal connects', async () => {
    expect(await exchange(server, allowed, { isSecure })).toBe('941\r');
    expect(await exchange(server, proxyHeaderFor('198.51.100.7'), { isSecure })).toBe('');
    expect(server.log.join('\n')).toContain('"reason":"not expected","address":"198.51.100.7"');
  });
});

test('a header in several pieces, and together with the first message, is read', async () => {
  const socket = connect({ port: open.port, host: '127.0.0.1' });
  await once(socket, 'connect');
  for (const byte of allowed.subarray(0, 20)) {
    socket.write(Buffer.from([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  socket.write(Buffer.concat([allowed.subarray(20), encodePacket(login('station', password), null)]));
  const [answer] = await once(socket, 'data');
  expect(String(answer)).toBe('941\r');
  socket.destroy();
});

test('a proxy without a header is closed and logged, and its health check is closed quietly', async () => {
  expect(await exchange(open, Buffer.alloc(0))).toBe('');
  expect(open.log.join('\n')).toContain('"reason":"no proxy header","address":"127.0.0.1"');
  const lines = open.log.length;
  expect(await exchange(open, proxyHeaderOf(0x20, 0x00, Buffer.alloc(0)))).toBe('');
  expect(open.log).toHaveLength(lines);
});

test('nobody else is believed', async () => {
  expect(await exchange(open, allowed, { localAddress: '127.0.0.2' })).toBe('');
  expect(open.log.join('\n')).toContain('"reason":"not expected","address":"127.0.0.2"');
});
