import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** A shorter answer fits one packet or two: compressing it would save nothing. */
const minBytes = 1024;
/**
 * An answer up to this size is compressed at once, which takes 0.3 ms at most. A larger one goes through a stream, and so
 * through zlib's threads, so that it doesn't hold up the event loop.
 */
const maxBytesAtOnce = 64 * 1024;

/**
 * Compresses the answers of `app`'s routes as `Accept-Encoding` asks. Of encodings that a client likes equally, as browsers
 * do, it takes the first. The levels are those from which on more CPU time saves little, on answers of our own
 * graph ([decision 19](../../docs/decisions/0019-browsers.md) has the figures, and says why no secret leaks by an answer's
 * length).
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    encodings: ['zstd', 'br', 'gzip'],
    threshold: minBytes,
    syncThreshold: maxBytesAtOnce,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } },
    // For gzip. zstd, which gets the same object, has a default level of 3 too.
    zlibOptions: { level: 3 },
    // Bodies of requests are not decompressed: a small one could become a large one.
    globalDecompression: false,
  });
}
