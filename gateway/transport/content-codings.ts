import type { Transform } from 'node:stream';
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  zstdDecompressSync,
} from 'node:zlib';

/** Decodes bodies with one content coding. */
export interface ContentDecoder {
  /**
   * Decodes a whole body.
   * @throws Error with the code ERR_BUFFER_TOO_LARGE if the result is too long, or with another code if the body is
   * malformed.
   */
  decode(body: Buffer, bounds: { readonly maxOutputLength: number }): Buffer;
  createStream(): Transform;
}

const gzip: ContentDecoder = { decode: gunzipSync, createStream: createGunzip };
const zlib: ContentDecoder = { decode: inflateSync, createStream: createInflate };
const rawDeflate: ContentDecoder = { decode: inflateRawSync, createStream: createInflateRaw };
const brotli: ContentDecoder = { decode: brotliDecompressSync, createStream: createBrotliDecompress };
const zstd: ContentDecoder = { decode: zstdDecompressSync, createStream: createZstdDecompress };

/**
 * The decoders by content coding. For `deflate`, the first byte of the body decides: some servers leave out the zlib
 * header that RFC 9110 requires.
 */
const decoders = new Map<string, (firstByte: number) => ContentDecoder>([
  ['gzip', () => gzip],
  ['x-gzip', () => gzip],
  ['deflate', (firstByte) => ((firstByte & 0x0f) === 8 ? zlib : rawDeflate)],
  ['br', () => brotli],
  ['zstd', () => zstd],
]);

/**
 * The codings that can be decoded, as a value of `Accept-Encoding`. The coding that takes the least CPU time is first.
 */
export const acceptedCodings = 'zstd, gzip, deflate, br';

/**
 * Returns the decoder for a body's `Content-Encoding`. Undefined if the body isn't encoded, or if the coding is
 * unknown.
 */
export const decoderFor = (contentEncoding: string, firstByte: number): ContentDecoder | undefined =>
  decoders.get(contentEncoding.trim().toLowerCase())?.(firstByte);
