import { constants } from 'node:zlib';
import compress from '@fastify/compress';
import type { FastifyInstance } from 'fastify';

/** The shortest answer that is compressed, in bytes. A shorter answer fits into one or two packets anyway. */
const minBytes = 1024;
/**
 * An answer up to this size is compressed synchronously, in less than 1 ms. A larger answer goes through a stream to
 * zlib's threads, so that it doesn't block the event loop. For 80 kB and zstd, a stream costs more than twice the CPU
 * time.
 */
const maxBytesAtOnce = 128 * 1024;

/**
 * Compresses the answers of `app`'s routes with an encoding that `Accept-Encoding` names. If the client prefers none of
 * the encodings, as browsers do, the first encoding in our list is used. A higher compression level would take much
 * more CPU time, and make the answers of our own graph only a little smaller. [Decision
 * 19](../../docs/decisions/0019-browsers.md) has the figures, and says why an answer's length reveals no secret.
 */
export async function addCompression(app: FastifyInstance): Promise<void> {
  await app.register(compress, {
    encodings: ['zstd', 'br', 'gzip'],
    threshold: minBytes,
    syncThreshold: maxBytesAtOnce,
    brotliOptions: { params: { [constants.BROTLI_PARAM_QUALITY]: 3 } },
    // The level for gzip. zstd gets the same object, ignores `level`, and has the default level 3.
    zlibOptions: { level: 3 },
    // Request bodies are not decompressed, because a small body could become very large.
    globalDecompression: false,
  });
}
