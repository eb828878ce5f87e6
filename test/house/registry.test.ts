/** The systems are listed in one place: `platform/systems.ts` (decision 63). Any other list of them would be forgotten. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type CoreSystem, coreSystems } from '../../platform/systems.ts';
import { sourceFiles } from './source.ts';

const root = join(import.meta.dirname, '../..');

type NameOf = (entry: CoreSystem) => string;

const idOf: NameOf = ({ id }) => id;
const prefixOf: NameOf = ({ id }) => id.toUpperCase();
const nameOf: NameOf = ({ name }) => name;
const subgraphOf: NameOf = ({ subgraph }) => subgraph.name;

/** The three systems in every order. */
const orders = coreSystems.flatMap((first) =>
  coreSystems
    .filter((entry) => entry !== first)
    .map((second) => [first, second, ...coreSystems.filter((entry) => entry !== first && entry !== second)]),
);

/** Matches the pattern of each system, one after the other, in any order. */
const inAnyOrder = (pattern: NameOf, between: string): RegExp =>
  new RegExp(orders.map((entries) => entries.map(pattern).join(between)).join('|'));

/** Matches a list or a union of three literals. */
const listOf = (of: NameOf): RegExp =>
  inAnyOrder((entry) => `\\[?['"\`]${of(entry)}['"\`]`, '\\s*[,|]\\s*\\|?\\s*');

/** Matches an object or a type with a key for each of the three. */
const tableOf = (of: NameOf): RegExp =>
  inAnyOrder((entry) => `\\b${of(entry)}['"]?\\??: `, '[\\s\\S]{1,200}?');

/** Matches a list of three variables: `[prs, cms, circ]`. */
const variables = new RegExp(`\\[(?:${inAnyOrder(idOf, ',\\s*').source})\\]`);

/** Matches a variable of the environment for each of the three: `PRS_URL`, `CMS_URL` and `CIRC_URL`. */
const settings = ['URL', 'USER', 'CONNECTIONS', 'TLS_DIR'].map((suffix) =>
  inAnyOrder((entry) => `\\b${prefixOf(entry)}_${suffix}\\b`, '[\\s\\S]{1,250}?'),
);

const inSource: readonly RegExp[] = [
  ...[idOf, prefixOf, nameOf, subgraphOf, ({ simulator }: CoreSystem) => simulator.path].map(listOf),
  ...[idOf, prefixOf, nameOf].map(tableOf),
  variables,
  ...settings,
];
/** Tests may expect something of each subgraph, and open the three systems. */
const inTests: readonly RegExp[] = [idOf, prefixOf, nameOf].map(listOf);

/** What the patterns find in the code, as `file: text`. Comments are left out. */
function listsIn(file: string, code: string, patterns: readonly RegExp[]): readonly string[] {
  const withoutComments = code.replace(/\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm, '');
  return patterns
    .flatMap((pattern) => pattern.exec(withoutComments)?.[0] ?? [])
    .map((found) => `${file}: ${found}`);
}

const listsOf = (files: readonly string[], patterns: readonly RegExp[]): readonly string[] =>
  files.flatMap((file) => listsIn(file, readFileSync(join(root, file), 'utf8'), patterns));

/** The simulators of lending share their tables, so each of them is made by hand. Nothing else does that. */
const allowed = new Set(['simulators/index.ts', 'simulators/tables/store.ts', 'platform/systems.ts']);

test('no file of the program lists the systems but the registry', () => {
  expect(
    listsOf(
      sourceFiles(root).filter((file) => !allowed.has(file)),
      inSource,
    ),
  ).toEqual([]);
});

test('no test lists the systems', () => {
  const tests = globSync('test/**/*.ts', { cwd: root, exclude: (file) => file.endsWith('node_modules') });
  expect(
    listsOf(
      tests.filter((file) => !file.endsWith('house/registry.test.ts')),
      inTests,
    ),
  ).toEqual([]);
});

const lists = [
  "const systems = ['prs', 'cms', 'circ'];",
  "type Prefix = 'CIRC' | 'PRS' | 'CMS';",
  "type Name =\n  | 'patron registry'\n  | 'card management'\n  | 'circulation';",
  "const subgraphs = ['patrons', 'credentials', 'circulation'] as const;",
  "for (const [name, url] of [\n  ['patrons', a],\n  ['credentials', b]]) {} const all = { prs: 1, cms: 2, circ: 3 };",
  'interface All { readonly prs: A; readonly cms: B; readonly circ?: C }',
  'const shape = { PRS_URL: url, CMS_URL: url, CIRC_URL: url };',
  "const wanted = ['PRS_URL', 'CMS_URL', 'CIRC_URL'];",
  'Math.min(...[prs, cms, circ].map(of))',
];
test('each of these lists is found', () => {
  expect(lists.filter((code) => listsIn('a.ts', code, inSource).length === 0)).toEqual([]);
});

test('naming one or two of the systems is no list', () => {
  const code =
    "// prs: a, cms: b, circ: c\nopen({ prs: a, cms: b }); ask('circ'); read(env, ['PRS_URL', 'CMS_URL']);";
  expect(listsIn('a.ts', code, inSource)).toEqual([]);
});
