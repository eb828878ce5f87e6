/**
 * SIP2's packets as the published protocol text describes them (3M Standard Interchange Protocol 2.00, document revision 2.12):
 * a command identifier, fixed-length fields, fields with identifiers that end with `|`, and, with error detection, `AY` and
 * `AZ`. Written from that text and not from the server, whose mistakes the tests' client must not repeat.
 */
import iconv from 'iconv-lite';

export type Charset = 'utf-8' | 'big5-hkscs';

/** Four hex digits: what makes the sum of all bytes zero, in 16 bits, with the digits' own value. `bytes` end with `AZ`. */
export function checksumOf(bytes: Uint8Array): string {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
}

/** A message on the wire. `sequence`: null without error detection; a resend has a checksum and no sequence. */
export function encodePacket(
  text: string,
  sequence: number | null | 'checksum alone',
  charset: Charset = 'utf-8',
): Buffer {
  const end = Buffer.from('\r');
  if (sequence === null) {
    return Buffer.concat([iconv.encode(text, charset), end]);
  }
  const checked = iconv.encode(`${text}${sequence === 'checksum alone' ? '' : `AY${sequence}`}AZ`, charset);
  return Buffer.concat([checked, Buffer.from(checksumOf(checked)), end]);
}

export interface Packet {
  /** Without `AY`, `AZ` and the carriage return. */
  readonly text: string;
  /** Null where there was none. */
  readonly sequence: number | null;
  readonly isChecked: boolean;
}

/** @throws where a carriage return is missing, or a checksum is wrong */
export function decodePacket(bytes: Buffer, charset: Charset = 'utf-8'): Packet {
  if (bytes.at(-1) !== 0x0d) {
    throw new Error('the packet does not end with a carriage return');
  }
  const body = bytes.subarray(0, -1);
  // The last four bytes are the checksum's digits, in ASCII whatever the character set is.
  const tail = /^(?:AY(\d))?AZ([0-9A-F]{4})$/.exec(
    body
      .subarray(-9)
      .toString('latin1')
      .replace(/^.*?(?=AY\dAZ|AZ[0-9A-F]{4}$)/s, ''),
  );
  if (tail === null) {
    return { text: iconv.decode(body, charset), sequence: null, isChecked: false };
  }
  const [all, sequence, checksum] = tail;
  const expected = checksumOf(body.subarray(0, -4));
  if (checksum !== expected) {
    throw new Error(`the checksum is ${checksum}, and ought to be ${expected}`);
  }
  return {
    text: iconv.decode(body.subarray(0, -all.length), charset),
    sequence: sequence === undefined ? null : Number(sequence),
    isChecked: true,
  };
}
