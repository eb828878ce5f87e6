import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const fileName = 'reload.js';

/**
 * Adds the script `reload.js`, which reloads the page once if one of the page's files is missing. The server must serve
 * `reload.js`.
 */
export function reloadOnce(base: string): Plugin {
  return {
    name: 'reload-once',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'script', attrs: { src: `${base}${fileName}` }, injectTo: 'head-prepend' },
    ],
    generateBundle() {
      const source = readFileSync(join(import.meta.dirname, fileName), 'utf8');
      this.emitFile({ type: 'asset', fileName, source });
    },
  };
}
