import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Smaller files are not compressed, because they fit one packet of the network as they are. */
const minBytes = 1024;

/** Compresses a file as much as brotli can. This takes long, but a page is built once and loaded many times. */
export const brotli = (content: string | Uint8Array): Buffer =>
  brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });

/**
 * Writes `x.js.br` and `x.js.gz` beside each script, style, page and SVG picture with at least `minBytes`. The server
 * sends the compressed files as they are.
 */
export function compress(): Plugin {
  return {
    name: 'compress',
    apply: 'build',
    writeBundle({ dir = '' }) {
      for (const name of globSync('**/*.{js,css,html,svg}', { cwd: dir })) {
        const file = join(dir, name);
        const content = readFileSync(file);
        if (content.length >= minBytes) {
          writeFileSync(`${file}.br`, brotli(content));
          writeFileSync(`${file}.gz`, gzipSync(content, { level: constants.Z_BEST_COMPRESSION }));
        }
      }
    },
  };
}
