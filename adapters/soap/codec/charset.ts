import iconv from 'iconv-lite';

/** The bytes are not text of the charset that they are said to be in, or none is known by that name. */
export class CharsetError extends Error {
  override readonly name = 'CharsetError';
}

/**
 * The text of an XML document, by the charset that Content-Type names, else the XML declaration, else UTF-8. Where both
 * name one they must agree: if not, something between us and the system has changed one of them. Throws `CharsetError`
 * for bytes that mean nothing in it.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string {
  const named = [charsetOfContentType(contentType), charsetOfDeclaration(bytes)].filter(
    (name) => name !== null,
  );
  const charsets = new Set(named.map(known));
  if (charsets.size > 1) {
    throw new CharsetError('Content-Type and XML declaration name different charsets');
  }
  const [charset = 'utf-8'] = charsets;
  return charset === 'utf-8' ? decodeUtf8(bytes) : decodeBig5Hkscs(bytes);
}

type Charset = 'utf-8' | 'big5-hkscs';

const aliases: ReadonlyMap<string, Charset> = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['big5-hkscs', 'big5-hkscs'],
  ['big5hkscs', 'big5-hkscs'],
]);

function known(name: string): Charset {
  const charset = aliases.get(name.toLowerCase());
  if (charset === undefined) {
    throw new CharsetError('a charset that we do not know');
  }
  return charset;
}

function charsetOfContentType(contentType: string): string | null {
  const found = /;[ \t]*charset[ \t]*=[ \t]*(?:"([^"]*)"|([^;\s"]*))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

/** Both charsets that we know write an XML declaration as ASCII does. */
function charsetOfDeclaration(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 200))
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  return /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z0-9._-]*)["']/.exec(start)?.[1] ?? null;
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CharsetError('not UTF-8');
  }
}

/**
 * Node's own decoder is wrong for HKSCS without saying so. iconv-lite has no fatal mode, but the replacement character
 * is not in the charset, so that finding one means that it was put there.
 */
function decodeBig5Hkscs(bytes: Uint8Array): string {
  const text = iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), 'big5-hkscs', {
    stripBOM: false,
  });
  if (text.includes('\ufffd')) {
    throw new CharsetError('not Big5-HKSCS');
  }
  return text.replace(/[∕﹨]/g, (one) => fullWidth[one] ?? one);
}

/**
 * Of the eleven symbols that iconv-lite reads otherwise than HKSCS-2008 (A241, A242 …), the two that stand in titles and
 * call numbers. Neither ∕ nor ﹨ as iconv-lite gives them is in the charset by another code.
 */
const fullWidth: Readonly<Record<string, string>> = { '∕': '／', '﹨': '＼' };
