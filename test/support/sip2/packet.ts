/**
 * SIP2's packets as the published protocol text describes them (3M Standard Interchange Protocol 2.00, document
 * revision 2.12). A packet has a command identifier, fixed-length fields, and identified fields that end with `|`. With
 * error detection it also has `AY` and `AZ`. This code follows the protocol text and not the server's code, because the
 * tests' client must not repeat the server's mistakes.
 */
import iconv from 'iconv-lite';

export type Charset = 'utf-8' | 'big5-hkscs';

/** The checksum, as four hex digits. With it, the 16-bit sum of all bytes is zero. `bytes` end with `AZ`. */
export function checksumOf(bytes: Uint8Array): string {
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  return (-sum & 0xffff).toString(16).toUpperCase().padStart(4, '0');
}

/**
 * The bytes of a message. `sequence` is null without error detection. A request to resend has a checksum but no
 * sequence number.
 */
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
  /** The text without `AY`, `AZ` and the carriage return. */
  readonly text: string;
  /** The sequence number; null if there is none. */
  readonly sequence: number | null;
  readonly isChecked: boolean;
}

/** @throws Error if the carriage return is missing, or if the checksum is wrong */
export function decodePacket(bytes: Buffer, charset: Charset = 'utf-8'): Packet {
  if (bytes.at(-1) !== 0x0d) {
    throw new Error('the packet does not end with a carriage return');
  }
  const body = bytes.subarray(0, -1);
  // The last four bytes are the checksum's digits. They are ASCII in every character set.
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
