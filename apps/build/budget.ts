import type { Plugin, Rolldown } from 'vite';
import { brotli } from './compress.ts';

/** The limit for the brotli of the script and style of a page's first load, in bytes. */
const maxFirstLoadBytes = 120_000;

/** Fails the build of a page whose first load has too many bytes for a telephone on a slow network. */
export function budget(): Plugin {
  return {
    name: 'budget',
    generateBundle(_options, bundle) {
      const outputs = Object.values(bundle);
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk');
      for (const entry of chunks.filter(({ isEntry }) => isEntry)) {
        const loaded = firstLoadOf(entry, chunks);
        const styles = new Set(loaded.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])]));
        const files = [
          ...loaded.map(({ code }) => code),
          ...outputs.flatMap((output) =>
            output.type === 'asset' && styles.has(output.fileName) ? [output.source] : [],
          ),
        ];
        const bytes = files.reduce((sum, content) => sum + brotli(content).length, 0);
        if (bytes > maxFirstLoadBytes) {
          this.error(
            `${entry.fileName}: the first load has ${bytes} bytes of script and style, more than ${maxFirstLoadBytes}`,
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
