import { type Charset, encode } from './charset.ts';
import { checksumOf } from './checksum.ts';

/** A field of two letters and a text. If the text is null or undefined, the field is left out. */
export type Field = readonly [id: string, text: string | null | undefined];

export interface SipResponse {
  readonly code: string;
  /** The fields of fixed length, exactly as they are sent. */
  readonly fixed: readonly string[];
  readonly fields: readonly Field[];
}

/**
 * The bytes of a response, including the carriage return. `sequence` is the sequence number of the request, by which the
 * terminal requests error detection. Null if the request has none.
 */
export function encodeResponse(
  { code, fixed, fields }: SipResponse,
  sequence: string | null,
  charset: Charset,
): Buffer {
  const variable = fields.map(([id, text]) => (text == null ? '' : `${id}${printable(text)}|`));
  return withErrorDetection(`${code}${fixed.join('')}${variable.join('')}`, sequence, charset);
}

/** A message that asks the terminal to send its last message again (96). It has no sequence number. */
export function encodeResendRequest(charset: Charset): Buffer {
  const body = Buffer.from('96AZ');
  return Buffer.concat([body, encode(`${checksumOf(body)}\r`, charset)]);
}

function withErrorDetection(text: string, sequence: string | null, charset: Charset): Buffer {
  if (sequence === null) {
    return encode(`${text}\r`, charset);
  }
  const body = encode(`${text}AY${sequence}AZ`, charset);
  return Buffer.concat([body, Buffer.from(`${checksumOf(body)}\r`)]);
}

/** Replaces the protocol's delimiter, and also control characters, which would move a terminal's cursor. */
function printable(text: string): string {
  return text.replaceAll('|', '/').replaceAll(/\p{Cc}+/gu, ' ');
}

export const yesOrNo = (value: boolean): 'Y' | 'N' => (value ? 'Y' : 'N');
export const oneOrZero = (value: boolean): '1' | '0' => (value ? '1' : '0');

/** Writes a count with four digits, or as four blanks if it is not known. */
export function count(value: number | null): string {
  return value === null ? '    ' : String(Math.min(value, 9999)).padStart(4, '0');
}
