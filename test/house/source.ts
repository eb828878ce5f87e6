import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';
import { subgraphVariable } from '../../gateway/config.ts';
import { addedSystems, type SystemEntry, variablePrefix } from '../../platform/systems.ts';

/** The top-level folders of code that runs in production. */
const topLevelFolders = [
  'embedded',
  'apps',
  'edge',
  'subgraphs',
  'gateway',
  'telemetry',
  'schema',
  'simulators',
  'adapters',
  'store',
  'platform',
];

/**
 * Every TypeScript file that runs in production, as a path from the root. Tests, generated files and installed files
 * are left out.
 */
export function sourceFiles(root: string): readonly string[] {
  return globSync(`{${topLevelFolders.join(',')}}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: (file) => /(^|\/)(node_modules|dist)$/.test(file),
  })
    .map(normalize)
    .filter((file) => !file.includes('.generated.'));
}

/**
 * Whether a variable belongs to a system that was added. Its variables are those of any system, under its own prefix, and
 * its own document names them.
 */
export const isOfAddedSystem = (variable: string): boolean =>
  addedSystems.some(
    (entry: SystemEntry) =>
      variable.startsWith(`${variablePrefix(entry)}_`) || variable === subgraphVariable(entry),
  );

/** The parts of an ESTree node that are used here. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';

function* nodesBelow(node: Node): Generator<Node> {
  yield node;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) {
        yield* nodesBelow(child);
      }
    }
  }
}

const functionTypes = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

/** Functions with more than `maxLines` lines, each as `file:line`. */
export function longFunctions(root: string, maxLines: number): readonly string[] {
  return sourceFiles(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const lineOf = (offset: number): number => lineAt(text, offset);
    const program = parseSync(file, text).program as unknown as Node;
    return [...nodesBelow(program)]
      .filter(({ type, start, end }) => functionTypes.has(type) && lineOf(end) - lineOf(start) >= maxLines)
      .map(({ start }) => `${file}:${lineOf(start)}`);
  });
}

const variadicNames = new Set(['max', 'min', 'push', 'unshift', 'splice', 'fromCharCode', 'fromCodePoint']);

/**
 * The names of the called functions that get an array as their arguments: `apply`, and functions that take any number
 * of arguments if the file spreads an array into the call.
 */
export function spreadCalls(file: string, text: string): readonly string[] {
  const program = parseSync(file, text).program as unknown as Node;
  return [...nodesBelow(program)].flatMap(({ type, callee, arguments: args }) => {
    if (type !== 'CallExpression' || !isNode(callee) || !isNode(callee.property) || !Array.isArray(args)) {
      return [];
    }
    const name = String(callee.property.name);
    const spreads = args.some((argument) => isNode(argument) && argument.type === 'SpreadElement');
    return name === 'apply' || (spreads && variadicNames.has(name)) ? [name] : [];
  });
}

/** The line of a character, from 1. */
export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** An import of a file. */
export interface Import {
  /** Our own file as a path from the root, or the name of a package. */
  readonly name: string;
  readonly line: number;
}

/** The imports of a file, with their lines. */
export const importLinesOf = (root: string, file: string): readonly Import[] =>
  importsIn(readFileSync(join(root, file), 'utf8'), root, file);

/** The names of a file's imports, without `import type` and `export type`. */
export function valueImportsOf(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  const withoutTypes = text.replaceAll(/^(?:import|export) type [^;'"]*?\bfrom\s+'[^']+'/gm, '');
  return importsIn(withoutTypes, root, file).map(({ name }) => name);
}

function importsIn(text: string, root: string, file: string): readonly Import[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(({ index, 1: from, 2: bare, 3: dynamic }) => {
    const name = from ?? bare ?? dynamic ?? '';
    return {
      name: name.startsWith('.') ? fileAt(root, join(dirname(file), name)) : name,
      line: lineAt(text, index),
    };
  });
}

/** The path of an imported file. The pages leave out the extension, because Vite adds it. */
const fileAt = (root: string, path: string): string =>
  ['.ts', '.tsx', '/index.ts', '/index.tsx']
    .map((end) => path + end)
    .find((at) => existsSync(join(root, at))) ?? path;
