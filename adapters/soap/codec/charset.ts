import { decodeBig5Hkscs } from './big5-hkscs.ts';

/** The bytes are not valid text in their charset, or the charset is not supported. */
export class CharsetError extends Error {
  override readonly name = 'CharsetError';
}

/**
 * Decodes an XML document. The charset is the one that `Content-Type` names, else the one in the XML declaration, else
 * UTF-8. If both name a charset, the two must be equal, because a proxy may have changed one.
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
  return charset === 'utf-8' ? decodeUtf8(bytes) : textOfBig5(bytes);
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

/**
 * The charset in the XML declaration. Null if it has none. Both supported charsets encode the declaration like ASCII.
 */
function charsetOfDeclaration(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]*)["']/.exec(start)?.[1] ?? null;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new CharsetError('not UTF-8');
  }
}

function textOfBig5(bytes: Uint8Array): string {
  const text = decodeBig5Hkscs(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  if (text === undefined) {
    throw new CharsetError('not Big5-HKSCS');
  }
  return text;
}
