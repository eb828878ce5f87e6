import iconv from 'iconv-lite';

/** The name of the charset in the XML declaration and in `Content-Type`. */
export const CHARSET = 'Big5-HKSCS';

/**
 * The encoded form of each character sent so far: its bytes as Latin-1. If the charset lacks the character, the form is a
 * numeric character reference.
 */
const encoded = new Map<string, string>();

function encode(char: string): string {
  let cached = encoded.get(char);
  if (cached === undefined) {
    const bytes = iconv.encode(char, 'big5-hkscs');
    const isEncodable = iconv.decode(bytes, 'big5-hkscs') === char;
    cached = isEncodable
      ? bytes.toString('latin1')
      : `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`;
    encoded.set(char, cached);
  }
  return cached;
}

/** Encodes XML in Big5-HKSCS. A character that the charset lacks becomes a numeric character reference. */
export function encodeXml(xml: string): Buffer {
  // Most of the document is ASCII markup, which needs no encoding.
  return Buffer.from(xml.replace(/[^\0-\x7f]/gu, encode), 'latin1');
}
