import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { listOperations } from '../../build/guides.ts';

const schemas = join(import.meta.dirname, '../../../schema/audiences');

/**
 * Writes `content/`: the guides' operations and the schema of each audience. The page loads each file when it needs it.
 */
export function content(): Plugin {
  return {
    name: 'content',
    generateBundle() {
      for (const file of globSync('*.graphql', { cwd: schemas })) {
        const source = readFileSync(join(schemas, file), 'utf8');
        this.emitFile({ type: 'asset', fileName: `content/${file}`, source });
      }
      const source = JSON.stringify(listOperations());
      this.emitFile({ type: 'asset', fileName: 'content/operations.json', source });
    },
  };
}
