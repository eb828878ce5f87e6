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
  /** Decodes a whole body. @throws an error with the code ERR_BUFFER_TOO_LARGE for a longer result, or another for a wrong body. */
  decode(body: Buffer, bounds: { readonly maxOutputLength: number }): Buffer;
  createStream(): Transform;
}

const gzip: ContentDecoder = { decode: gunzipSync, createStream: createGunzip };
const zlib: ContentDecoder = { decode: inflateSync, createStream: createInflate };
const rawDeflate: ContentDecoder = { decode: inflateRawSync, createStream: createInflateRaw };
const brotli: ContentDecoder = { decode: brotliDecompressSync, createStream: createBrotliDecompress };
const zstd: ContentDecoder = { decode: zstdDecompressSync, createStream: createZstdDecompress };

/** By the first byte of the body: some servers send `deflate` without the header of zlib that RFC 9110 asks for. */
const decoders = new Map<string, (firstByte: number) => ContentDecoder>([
  ['gzip', () => gzip],
  ['x-gzip', () => gzip],
  ['deflate', (firstByte) => ((firstByte & 0x0f) === 8 ? zlib : rawDeflate)],
  ['br', () => brotli],
  ['zstd', () => zstd],
]);

/** What can be decoded, as a request says it. First what takes least CPU time. */
export const acceptedCodings = 'zstd, gzip, deflate, br';

/** The decoder for a body's `Content-Encoding`. Undefined where it isn't encoded, or in a way that is not known here. */
export const decoderFor = (contentEncoding: string, firstByte: number): ContentDecoder | undefined =>
  decoders.get(contentEncoding.trim().toLowerCase())?.(firstByte);
