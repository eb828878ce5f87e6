import { isIPv6 } from 'node:net';

const signature = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');

/** A header of the PROXY protocol, version 2, from its parts. `versionAndCommand` is 0x21 for a client's connection. */
export function proxyHeaderOf(versionAndCommand: number, family: number, rest: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(rest.length);
  return Buffer.concat([signature, Buffer.from([versionAndCommand, family]), length, rest]);
}

/** The header of a client at this address. An IPv6 address has at most one `::`. */
export function proxyHeaderFor(address: string, additions: Buffer = Buffer.alloc(0)): Buffer {
  const source = isIPv6(address) ? ipv6Bytes(address) : Buffer.from(address.split('.').map(Number));
  const ports = Buffer.alloc(4);
  return proxyHeaderOf(
    0x21,
    isIPv6(address) ? 0x21 : 0x11,
    Buffer.concat([source, Buffer.alloc(source.length), ports, additions]),
  );
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail = ''] = address.split('::');
  const bytesOf = (text: string) =>
    Buffer.from(
      text
        .split(':')
        .filter((group) => group !== '')
        .map((group) => group.padStart(4, '0'))
        .join(''),
      'hex',
    );
  const [first, last] = [bytesOf(head), bytesOf(tail)];
  return Buffer.concat([first, Buffer.alloc(16 - first.length - last.length), last]);
}
