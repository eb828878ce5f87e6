import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'vite';

/** Top-level folders of what runs. */
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

/** Every TypeScript file of what runs, as a path from the root: no tests, nothing that is generated or installed. */
export function sourceFiles(root: string): readonly string[] {
  return globSync(`{${topLevelFolders.join(',')}}/**/*.{ts,tsx}`, {
    cwd: root,
    exclude: (file) => /(^|\/)(node_modules|dist)$/.test(file),
  })
    .map(normalize)
    .filter((file) => !file.includes('.generated.'));
}

/** A node of an ESTree, as far as it is read here. */
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

/** Functions of more than `maxLines` lines, as `file:line`. */
export function longFunctions(root: string, maxLines: number): readonly string[] {
  return sourceFiles(root).flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    const lineOf = (offset: number): number => text.slice(0, offset).split('\n').length;
    const program = parseSync(file, text).program as unknown as Node;
    return [...nodesBelow(program)]
      .filter(({ type, start, end }) => functionTypes.has(type) && lineOf(end) - lineOf(start) >= maxLines)
      .map(({ start }) => `${file}:${lineOf(start)}`);
  });
}

/** What a file imports: paths from the root for files of ours, names for packages. */
export const importsOf = (root: string, file: string): readonly string[] =>
  importsIn(readFileSync(join(root, file), 'utf8'), root, file);

/** The same without `import type` and `export type`. */
export function valueImportsOf(root: string, file: string): readonly string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return importsIn(text.replaceAll(/^(?:import|export) type [^;'"]*?\bfrom\s+'[^']+'/gm, ''), root, file);
}

function importsIn(text: string, root: string, file: string): readonly string[] {
  const found = text.matchAll(
    /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    return name.startsWith('.') ? fileAt(root, join(dirname(file), name)) : name;
  });
}

/** The file that an import means: Vite's pages leave out how it ends. */
const fileAt = (root: string, path: string): string =>
  ['.ts', '.tsx', '/index.ts', '/index.tsx']
    .map((end) => path + end)
    .find((at) => existsSync(join(root, at))) ?? path;

/**
 * Imports that run upwards, as `file > imported`: of two folders (or a folder and a file beside it) that import each other,
 * the direction in which fewer files do.
 */
export function upwardArrows(root: string): readonly string[] {
  const arrows = Map.groupBy(
    sourceFiles(root).flatMap((file) =>
      importsOf(root, file)
        .filter((imported) => imported.includes('/') && existsSync(join(root, imported)))
        .map((imported) => ({ text: `${file} > ${imported}`, ...siblings(file, imported) })),
    ),
    ({ from, to }) => `${from} > ${to}`,
  );
  return [...arrows.values()].flatMap((there) => {
    const [{ from, to } = { from: '', to: '' }] = there;
    const back = arrows.get(`${to} > ${from}`) ?? [];
    const isUpward = there.length < back.length || (there.length === back.length && from > to);
    return isUpward ? there.map(({ text }) => text) : [];
  });
}

/** The folders, or files, side by side in which two files lie: `gateway/http` and `gateway/engine`. */
function siblings(file: string, other: string): { readonly from: string; readonly to: string } {
  const [path, otherPath] = [file.split('/'), other.split('/')];
  const depth = path.findIndex((name, index) => name !== otherPath[index]) + 1;
  return { from: path.slice(0, depth).join('/'), to: otherPath.slice(0, depth).join('/') };
}
