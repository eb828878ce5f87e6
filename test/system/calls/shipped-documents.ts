import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, print, separateOperations, visit } from 'graphql';

const root = join(import.meta.dirname, '../../..');

/**
 * The operations of a page as it sends them, by name: each with its own fragments, and nothing else. The returned
 * function throws an Error for a name that the page doesn't have.
 */
export function shippedBy(page: 'reader' | 'staff' | 'station'): (operation: string) => string {
  const folder = join(root, 'apps', page, 'operations');
  const texts = globSync('*.graphql', { cwd: folder }).map((file) =>
    readFileSync(join(folder, file), 'utf8'),
  );
  const documents = separateOperations(parse(texts.join('\n')));
  return (operation) => {
    const document = documents[operation];
    if (document === undefined) {
      throw new Error(`the page ${page} sends no operation ${operation}`);
    }
    return print(document);
  };
}

/**
 * The document without the fields of these names, without the fields that would select nothing then, and without the
 * fragments that nothing uses then.
 */
export function withoutFields(document: string, names: readonly string[]): string {
  const { definitions, ...rest } = visit(parse(document), {
    Field: {
      enter: ({ name }) => (names.includes(name.value) ? null : undefined),
      leave: ({ selectionSet }) => (selectionSet?.selections.length === 0 ? null : undefined),
    },
  });
  const left = { ...rest, definitions };
  const [operation] = Object.values(separateOperations(left));
  return print(operation ?? left);
}
