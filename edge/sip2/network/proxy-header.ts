/**
 * The PROXY protocol, version 2 ("The PROXY protocol", HAProxy, section 2.2). A proxy that terminates TCP sends the
 * client's address before the first byte of the client's connection.
 */
import type { Socket } from 'node:net';

const signature = Buffer.from('\r\n\r\n\0\r\nQUIT\n', 'latin1');
/**
 * The size of the header's fixed part, in bytes: the signature, the version and command, the family, and the size of the
 * rest.
 */
const fixedBytes = 16;
/** The maximum length of the addresses and the proxy's own additions, in bytes. Proxies send less than 200 bytes. */
const maxRestBytes = 1_024;

/**
 * The content of a header:
 * - `for`: the proxy forwards a client at this address.
 * - `own`: the proxy's own connection, such as a health check, or a connection whose origin the proxy doesn't know.
 */
export type ProxyHeader = { readonly kind: 'for'; readonly address: string } | { readonly kind: 'own' };

/**
 * Parses the header at the start of `bytes`. Null if more bytes are needed. `length` is the number of bytes that belong
 * to the header.
 * @throws Error if the bytes don't begin with a header of version 2, or if the header is too long
 */
export function parseProxyHeader(
  bytes: Buffer,
): { readonly header: ProxyHeader; readonly length: number } | null {
  const known = Math.min(bytes.length, signature.length);
  if (bytes.compare(signature, 0, known, 0, known) !== 0) {
    throw new Error('no PROXY protocol header of version 2');
  }
  if (bytes.length < fixedBytes) {
    return null;
  }
  const [versionAndCommand = 0, familyAndTransport = 0] = bytes.subarray(signature.length);
  const restBytes = bytes.readUInt16BE(signature.length + 2);
  const command = versionAndCommand & 0x0f;
  if (versionAndCommand >> 4 !== 2 || command > 1 || restBytes > maxRestBytes) {
    throw new Error('a PROXY protocol header of another version, or one that is too long');
  }
  const length = fixedBytes + restBytes;
  if (bytes.length < length) {
    return null;
  }
  const address = command === 0 ? null : addressIn(familyAndTransport, bytes.subarray(fixedBytes, length));
  return { header: address === null ? { kind: 'own' } : { kind: 'for', address }, length };
}

/** The source address. Null for an unspecified family. `familyAndTransport` is 0x11 for TCP over IPv4, 0x21 over IPv6. */
function addressIn(familyAndTransport: number, rest: Buffer): string | null {
  switch (familyAndTransport) {
    case 0x00:
      return null;
    case 0x11:
      return requireBytes(rest, 12).subarray(0, 4).join('.');
    case 0x21:
      return ipv6Of(requireBytes(rest, 36).subarray(0, 16));
    default:
      throw new Error('a PROXY protocol header for something else than TCP');
  }
}

function requireBytes(rest: Buffer, count: number): Buffer {
  if (rest.length < count) {
    throw new Error('a PROXY protocol header without its addresses');
  }
  return rest;
}

/** Writes an address in its canonical form (RFC 5952), without a zone. */
function ipv6Of(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/**
 * Reads the header of a connection. The bytes after it stay readable from the socket.
 * @throws Error if the connection begins without a header, ends before the header, or doesn't send it in time
 */
export async function readProxyHeader(socket: Socket, timeoutMs: number): Promise<ProxyHeader> {
  const { promise, resolve, reject } = Promise.withResolvers<ProxyHeader>();
  let bytes: Buffer = Buffer.alloc(0);
  const read = () => {
    for (;;) {
      const chunk: Buffer | null = socket.read();
      if (chunk === null) {
        return;
      }
      bytes = Buffer.concat([bytes, chunk]);
      try {
        const parsed = parseProxyHeader(bytes);
        if (parsed !== null) {
          socket.off('readable', read);
          if (bytes.length > parsed.length) {
            socket.unshift(bytes.subarray(parsed.length));
          }
          resolve(parsed.header);
          return;
        }
      } catch (error) {
        reject(error);
        return;
      }
    }
  };
  const closed = () => reject(new Error('the connection was closed before the PROXY protocol header'));
  const timer = setTimeout(() => reject(new Error('no PROXY protocol header in time')), timeoutMs);
  socket.on('readable', read).once('close', closed);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.off('readable', read).off('close', closed);
  }
}
