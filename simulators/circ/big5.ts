import iconv from 'iconv-lite';

/** As XML declarations and `Content-Type` write it. */
export const CHARSET = 'Big5-HKSCS';

/** Of each character that has been sent, its bytes as Latin-1, or a numeric reference where the charset does not have it. */
const encoded = new Map<string, string>();

function encode(char: string): string {
  let known = encoded.get(char);
  if (known === undefined) {
    const bytes = iconv.encode(char, 'big5-hkscs');
    const isThere = iconv.decode(bytes, 'big5-hkscs') === char;
    known = isThere ? bytes.toString('latin1') : `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`;
    encoded.set(char, known);
  }
  return known;
}

/** XML in Big5-HKSCS; a character that it does not have goes out as a numeric character reference. */
export function encodeXml(xml: string): Buffer {
  // Most of it is markup, which needs no encoding.
  return Buffer.from(xml.replace(/[^\0-\x7f]/gu, encode), 'latin1');
}
