import { gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

/** The limit for the compressed script of a page's first load, in bytes. */
const maxFirstLoadBytes = 150 * 1024;

/** Fails the build of a page whose first load has too much script for a telephone on a slow network. */
export function budget(): Plugin {
  return {
    name: 'budget',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const entry of chunks.filter(({ isEntry }) => isEntry)) {
        const bytes = firstLoadOf(entry, chunks).reduce((sum, { code }) => sum + gzipSync(code).length, 0);
        if (bytes > maxFirstLoadBytes) {
          this.error(
            `${entry.fileName}: the first load has ${bytes} bytes of script, more than ${maxFirstLoadBytes}`,
          );
        }
      }
    },
  };
}

/** The entry and all chunks that it imports statically. */
function firstLoadOf(
  entry: Rolldown.OutputChunk,
  chunks: readonly Rolldown.OutputChunk[],
): readonly Rolldown.OutputChunk[] {
  const loaded = new Set([entry]);
  for (const { imports } of loaded) {
    for (const chunk of chunks) {
      if (imports.includes(chunk.fileName)) {
        loaded.add(chunk);
      }
    }
  }
  return [...loaded];
}
