/** Bytes as text: `xsd:base64Binary` and `xsd:hexBinary`. */

// In front of `=`, the last digit has bits that belong to no byte. These padding bits must be 0.
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$/;

export function readBase64(text: string): Uint8Array | undefined {
  const digits = /[ \t\r\n]/.test(text) ? text.replace(/[ \t\r\n]+/g, '') : text;
  return base64.test(digits) ? bytesOf(digits, 'base64') : undefined;
}

export const writeBase64 = (bytes: Uint8Array): string => viewOf(bytes).toString('base64');

export const readHex = (text: string): Uint8Array | undefined =>
  /^(?:[0-9A-Fa-f]{2})*$/.test(text) ? bytesOf(text, 'hex') : undefined;

export const writeHex = (bytes: Uint8Array): string => viewOf(bytes).toString('hex').toUpperCase();

/** Copies the bytes, because a `Buffer` may share its memory with other buffers in Node's pool. */
const bytesOf = (text: string, encoding: 'base64' | 'hex'): Uint8Array =>
  Uint8Array.from(Buffer.from(text, encoding));

const viewOf = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
