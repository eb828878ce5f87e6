import iconv from 'iconv-lite';

/** As XML declarations and `Content-Type` write it. */
export const CHARSET = 'Big5-HKSCS';

const encodable = new Map<string, boolean>();

function isEncodable(char: string): boolean {
  let known = encodable.get(char);
  if (known === undefined) {
    const bytes = iconv.encode(char, 'big5-hkscs');
    known = iconv.decode(bytes, 'big5-hkscs') === char;
    encodable.set(char, known);
  }
  return known;
}

/** XML in Big5-HKSCS; a character that it does not have goes out as a numeric character reference. */
export function encodeXml(xml: string): Buffer {
  const within = xml.replace(/[^\0-\x7f]/gu, (char) =>
    isEncodable(char) ? char : `&#x${char.codePointAt(0)?.toString(16).toUpperCase()};`,
  );
  return iconv.encode(within, 'big5-hkscs');
}
