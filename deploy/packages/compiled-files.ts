import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';
import { init, parse } from 'es-module-lexer';

/** Compiled modules, and everything that they need at run time. */
export interface CompiledFiles {
  /** Paths relative to the folder: the modules, and the files that they read when they are loaded. */
  readonly files: ReadonlySet<string>;
  /** The names of the imported packages, sorted. */
  readonly packages: readonly string[];
}

/** Matches the part of a module that names a file in its own folder. The module reads this file when it is loaded. */
const fileBeside = /\bimport\.meta\.dirname, '([^']+)'/g;

/**
 * Follows the imports of compiled modules. The result leaves out modules of which only types are imported, because no
 * program loads them.
 *
 * @param entries paths from the folder
 */
export async function filesFrom(folder: string, entries: readonly string[]): Promise<CompiledFiles> {
  await init;
  const files = new Set<string>();
  const packages = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (!files.has(file)) {
      files.add(file);
      const source = readFileSync(join(folder, file), 'utf8');
      for (const name of importedNames(source)) {
        if (name.startsWith('.')) {
          waiting.push(join(dirname(file), name));
        } else if (!isBuiltin(name)) {
          packages.add(packageOf(name));
        }
      }
      for (const [, read = ''] of source.matchAll(fileBeside)) {
        files.add(join(dirname(file), read));
      }
    }
  }
  return { files, packages: [...packages].sort() };
}

const importedNames = (source: string): readonly string[] =>
  parse(source)[0].flatMap(({ n: name }) => (name === undefined ? [] : [name]));

/** The package of an imported name: `@fastify/cors` for `@fastify/cors/types`, and `graphql` for `graphql/index.js`. */
const packageOf = (name: string): string =>
  name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
