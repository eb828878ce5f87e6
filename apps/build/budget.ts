import type { Plugin, Rolldown } from 'vite';
import { brotli } from './compress.ts';

/** The limit for the scripts and styles of a page's first useful screen, in bytes after compression with brotli. */
const maxFirstScreenBytes = 120_000;
/**
 * The limit for the page's entry and any one of its views together, in bytes after compression. A link may open any
 * view first. The limit is 8 kB above `maxFirstScreenBytes`, because staff do everything about a reader in one view.
 */
const maxViewBytes = 128_000;

/**
 * Fails the build of a page if one of its first screens has too many bytes of script and style. The limits suit a
 * telephone on a slow network. A first screen consists of the entry alone, or of the entry and one view that the entry
 * loads.
 *
 * @param start the module of the view that the page begins with, such as `today/today-view.tsx`. If `start` is left
 * out, that view is part of the entry.
 */
export function budget(start?: string): Plugin {
  return {
    name: 'budget',
    generateBundle(_options, bundle) {
      const chunks = new Map(
        Object.values(bundle).flatMap((output) =>
          output.type === 'chunk' ? [[output.fileName, output] as const] : [],
        ),
      );
      const sizes = new Map<string, number>();
      const sizeOf = (name: string): number => {
        const output = bundle[name];
        const content = output?.type === 'chunk' ? output.code : (output?.source ?? '');
        const size = sizes.get(name) ?? brotli(content).length;
        sizes.set(name, size);
        return size;
      };
      for (const entry of [...chunks.values()].filter(({ isEntry }) => isEntry)) {
        for (const view of [null, ...entry.dynamicImports]) {
          const files = filesOf([entry.fileName, ...(view === null ? [] : [view])], chunks);
          const bytes = files.reduce((sum, file) => sum + sizeOf(file), 0);
          const isFirst =
            view === null ||
            (start !== undefined && chunks.get(view)?.facadeModuleId?.endsWith(`/${start}`) === true);
          const limit = isFirst ? maxFirstScreenBytes : maxViewBytes;
          if (bytes > limit) {
            this.error(
              `${view ?? entry.fileName}: its first screen has ${bytes} bytes of script and style, more than ${limit}`,
            );
          }
        }
      }
    },
  };
}

/** The given chunks, their static imports, and the style files of all these. */
function filesOf(
  names: readonly string[],
  chunks: ReadonlyMap<string, Rolldown.OutputChunk>,
): readonly string[] {
  const files = new Set(names);
  for (const name of files) {
    const chunk = chunks.get(name);
    for (const file of [...(chunk?.imports ?? []), ...(chunk?.viteMetadata?.importedCss ?? [])]) {
      files.add(file);
    }
  }
  return [...files];
}
