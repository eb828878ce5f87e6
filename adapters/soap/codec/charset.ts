import { isAscii, isUtf8 } from 'node:buffer';
import { decodeBig5Hkscs } from './big5-hkscs.ts';

/** The bytes are not valid text in their charset, or the charset is not supported. */
export class CharsetError extends Error {
  override readonly name = 'CharsetError';
}

/**
 * Decodes an XML document. The charset is that of `Content-Type`, or else that of the XML declaration, or else UTF-8.
 * If both name a charset, they must name the same one. If not, something between the system and us has changed one of
 * the names.
 *
 * @throws {CharsetError} The charset is not supported, the two names differ, or the bytes are not valid in the charset.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const names = [charsetOfContentType(contentType), charsetOfDeclaration(bytes)].filter(
    (name) => name !== null,
  );
  const charsets = new Set(names.map(charsetOf));
  if (charsets.size > 1) {
    throw new CharsetError('Content-Type and XML declaration name different charsets');
  }
  const [charset = 'utf-8'] = charsets;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // Both charsets encode ASCII alike. A string of one byte a character is also scanned faster.
  if (isAscii(buffer)) {
    return buffer.toString('latin1');
  }
  return charset === 'utf-8' ? decodeUtf8(buffer) : textOfBig5(buffer);
}

type Charset = 'utf-8' | 'big5-hkscs';

const aliases: ReadonlyMap<string, Charset> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['big5-hkscs', 'big5-hkscs'],
  ['big5hkscs', 'big5-hkscs'],
]);

function charsetOf(name: string): Charset {
  const charset = aliases.get(name.toLowerCase());
  if (charset === undefined) {
    throw new CharsetError('a charset that is not supported');
  }
  return charset;
}

function charsetOfContentType(contentType: string): string | null {
  const match = /;[ \t]*charset[ \t]*=[ \t]*(?:"([^"]*)"|([^;\s"]*))/i.exec(contentType);
  return match?.[1] ?? match?.[2] ?? null;
}

/** Both supported charsets encode an XML declaration like ASCII. */
function charsetOfDeclaration(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]*)["']/.exec(start)?.[1] ?? null;
}

/** Node's decoder of UTF-8 takes longer than a check and a copy. */
function decodeUtf8(bytes: Buffer): string {
  if (!isUtf8(bytes)) {
    throw new CharsetError('not UTF-8');
  }
  const text = bytes.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function textOfBig5(bytes: Buffer): string {
  const text = decodeBig5Hkscs(bytes);
  if (text === undefined) {
    throw new CharsetError('not Big5-HKSCS');
  }
  return text;
}
