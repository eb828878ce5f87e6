import iconv from 'iconv-lite';

/** The encoding of a terminal's text. Older terminals in Hong Kong use Big5-HKSCS. */
export const charsets = ['utf-8', 'big5-hkscs'] as const;
export type Charset = (typeof charsets)[number];

/** Invalid bytes become U+FFFD. */
export function decode(bytes: Uint8Array, charset: Charset): string {
  return iconv.decode(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), charset, {
    stripBOM: false,
  });
}

/** Characters that the charset lacks become `?`. */
export function encode(text: string, charset: Charset): Buffer {
  return iconv.encode(text, charset);
}
