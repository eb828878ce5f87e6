import { createHash } from 'node:crypto';
import { type DocumentNode, print } from 'graphql';
import type { Plugin } from 'vite';

/**
 * Writes `operations.json` beside the page. The file contains the text of each operation that the page sends, as the
 * kit's client prints it. The key of each text is its SHA-256. The server accepts no other operations from the page.
 * The files in the gateway's TRUSTED_DOCUMENTS_DIR have the same form.
 *
 * @param generated the module that `npm run kit` writes. Its documents are the operations.
 */
export function operationList(generated: Readonly<Record<string, unknown>>): Plugin {
  const texts = Object.values(generated)
    .filter((value) => isDocument(value))
    .map((document) => print(document));
  const byHash = texts.map((text) => [createHash('sha256').update(text).digest('hex'), text]);
  const source = `${JSON.stringify(Object.fromEntries(byHash), null, 2)}\n`;
  return {
    name: 'operation-list',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: 'operations.json', source });
    },
  };
}

const isDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' &&
  value !== null &&
  'definitions' in value &&
  Array.isArray(value.definitions) &&
  value.definitions.some(({ kind }: { kind?: unknown }) => kind === 'OperationDefinition');
