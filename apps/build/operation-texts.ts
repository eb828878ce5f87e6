import { type DocumentNode, print } from 'graphql';
import type { Plugin } from 'vite';
import { nameOf } from './guides.ts';

const printer = 'virtual:printer';
const operation = 'virtual:operation/';

/**
 * Gives a page its operations as texts, as the kit's client prints them. The documents that `npm run kit` writes are
 * syntax trees. They have eight times as many bytes, and need the printer of graphql-js. Each text is a separate
 * module, so that a view's file contains only the view's own operations.
 */
export function operationTexts(): Plugin {
  const modules = new Map<string, string>();
  return {
    name: 'operation-texts',
    enforce: 'pre',
    resolveId(id, importer) {
      if (
        id === 'graphql' &&
        importer !== undefined &&
        /\/kit\/src\/(graph|follow\/follow)\.ts$/.test(importer)
      ) {
        return printer;
      }
      return id.startsWith(operation) ? { id, moduleSideEffects: false } : null;
    },
    load: (id) => (id === printer ? 'export const print = ({ text }) => text;' : modules.get(id)),
    transform(code, id) {
      if (!id.endsWith('/operations.generated.ts')) {
        return null;
      }
      return code.replaceAll(
        /^export const (\w+) = (\{.*\}) as unknown as .*$/gm,
        (_, name: string, json: string) => {
          modules.set(operation + name, `export const ${name} = ${textOf(json)};`);
          return `export { ${name} } from '${operation}${name}';`;
        },
      );
    },
  };
}

/**
 * The JSON of a document that has only the operation's name and text. The kit and the pages read nothing else of it.
 */
function textOf(json: string): string {
  const document = JSON.parse(json) as DocumentNode;
  const definitions = [{ kind: 'OperationDefinition', name: { value: nameOf(document) } }];
  return JSON.stringify({ kind: 'Document', definitions, text: print(document) });
}
