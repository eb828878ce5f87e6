/** The PROXY protocol, version 2, with bytes that were made by hand from its text. */
import { expect, test } from 'vitest';
import { parseProxyHeader } from '../../../../../edge/sip2/network/proxy-header.ts';
import { pick, randomFrom, seed } from '../../../../support/random.ts';
import { proxyHeaderFor, proxyHeaderOf } from '../../../../support/sip2/proxy-header.ts';

test('a header names an address of either family, also with additions of the proxy, and the rest is the message', () => {
  for (const address of ['192.0.2.7', '2001:db8::7']) {
    const header = proxyHeaderFor(address, Buffer.from('\x04\0\x02ab'));
    expect(parseProxyHeader(Buffer.concat([header, Buffer.from('9900802.00\r')]))).toEqual({
      header: { kind: 'for', address },
      length: header.length,
    });
  }
});

test('a health check of the proxy, and an unknown family, are its own connections', () => {
  expect(parseProxyHeader(proxyHeaderOf(0x20, 0x00, Buffer.alloc(0)))?.header).toEqual({ kind: 'own' });
  expect(parseProxyHeader(proxyHeaderOf(0x21, 0x00, Buffer.alloc(0)))?.header).toEqual({ kind: 'own' });
});

test('any beginning of a header needs more bytes', () => {
  const header = proxyHeaderFor('192.0.2.7');
  for (let length = 0; length < header.length; length += 1) {
    expect(parseProxyHeader(header.subarray(0, length))).toBeNull();
  }
});

test(`anything else is refused, and crashes nothing (SEED=${seed})`, () => {
  const random = randomFrom(seed);
  const headers = [proxyHeaderFor('192.0.2.7'), proxyHeaderFor('2001:db8::7')];
  const refused = [
    Buffer.from('9900802.00\r'),
    Buffer.from('PROXY TCP4 192.0.2.7 192.0.2.1 1 2\r\n'),
    proxyHeaderOf(0x11, 0x11, Buffer.alloc(12)),
    proxyHeaderOf(0x22, 0x11, Buffer.alloc(12)),
    proxyHeaderOf(0x21, 0x12, Buffer.alloc(12)),
    proxyHeaderOf(0x21, 0x11, Buffer.alloc(11)),
    proxyHeaderOf(0x21, 0x11, Buffer.alloc(2_000)),
  ];
  for (const bytes of refused) {
    expect(() => parseProxyHeader(bytes)).toThrow(/PROXY protocol/);
  }
  for (let round = 0; round < 2_000; round += 1) {
    const bytes = Buffer.from(pick(random, headers));
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    try {
      expect(['for', 'own', undefined]).toContain(parseProxyHeader(bytes)?.header.kind);
    } catch (error) {
      expect(String(error)).toMatch(/PROXY protocol/);
    }
  }
});
