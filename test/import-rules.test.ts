import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const files = globSync('{gateway,subgraphs,adapters,schema,test}/**/*.ts', {
  cwd: root,
  exclude: (file) => file === 'node_modules' || file.endsWith('/node_modules'),
}).map((file) => normalize(file));

/** What a file imports: paths from the root for files of ours, names for packages. */
function importsOf(file: string): string[] {
  const source = readFileSync(join(root, file), 'utf8');
  const found = source.matchAll(
    /^(?:import|export)\b[^;'"]*?\bfrom\s+'([^']+)'|^import\s+'([^']+)'|\bimport\('([^']+)'\)/gm,
  );
  return [...found].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? '';
    return name.startsWith('.') ? relative(root, join(root, dirname(file), name)) : name;
  });
}

const ours = (name: string) => /^(gateway|subgraphs|adapters|schema|test)\//.test(name);
const isMain = (file: string) => file.endsWith('/main.ts') || file.startsWith('gateway/embedded/');

/** Who may import whom, first match first: which files, and which of our own files those may import. */
const rules: readonly { readonly files: RegExp; readonly may: RegExp }[] = [
  { files: /^gateway\/embedded\//, may: /^(gateway|subgraphs|adapters|test\/legacy)\// },
  { files: /^gateway\/executor\//, may: /^gateway\/executor\// },
  {
    files: /^gateway\//,
    may: /^(gateway\/(?!executor\/|embedded\/)|gateway\/executor\/index\.ts$|schema\/)/,
  },
  { files: /^subgraphs\/(\w+)\/main\.ts$/, may: /^(subgraphs\/[^/]+\.ts$|subgraphs\/$1\/|adapters\/\w+\/)/ },
  { files: /^subgraphs\/(\w+)\//, may: /^(subgraphs\/[^/]+\.ts$|subgraphs\/$1\/|adapters\/\w+\/port\.ts$)/ },
  { files: /^subgraphs\/[^/]+\.ts$/, may: /^(subgraphs\/[^/]+\.ts$|adapters\/\w+\/port\.ts$)/ },
  { files: /^adapters\/\w+\/port\.ts$/, may: /^$/ },
  { files: /^adapters\/(\w+)\//, may: /^(adapters\/$1\/|adapters\/soap\/)/ },
  { files: /^schema\//, may: /^schema\// },
  { files: /^test\//, may: /./ },
];

test.each(files)('%s imports only what its place allows', (file) => {
  const rule = rules.find(({ files: pattern }) => pattern.test(file));
  expect(rule, 'every folder has a rule').toBeDefined();
  const own = rule?.files.exec(file)?.[1] ?? '';
  const may = new RegExp(rule?.may.source.replaceAll('$1', own) ?? '');
  const strangers = importsOf(file).filter((name) => ours(name) && !may.test(name));
  expect(strangers).toEqual([]);
});

test.each([
  ['soap', /^adapters\/soap\//],
  [
    '@graphql-hive/router-query-planner',
    /^gateway\/planner(\.ts|\/(read-plan|plan-apart|plan-process|planner-child)\.ts)$/,
  ],
  ['mercurius', /^gateway\/host\.ts$/],
  ['pg', /^adapters\/journal\/postgres-database\.ts$/],
])('the package %s is known in one place', (name, allowed) => {
  const importers = files.filter((file) => !file.startsWith('test/') && importsOf(file).includes(name));
  expect(importers.filter((file) => !allowed.test(file))).toEqual([]);
  expect(importers).not.toEqual([]);
});

test('the executor knows nothing but GraphQL, and opens no socket', () => {
  const packages = files
    .filter((file) => file.startsWith('gateway/executor/'))
    .flatMap(importsOf)
    .filter((name) => !ours(name));
  expect(new Set(packages)).toEqual(new Set(['graphql']));
});

test('a port imports nothing', () => {
  const ports = files.filter((file) => /^adapters\/\w+\/port\.ts$/.test(file));
  expect(ports.length).toBeGreaterThanOrEqual(4);
  expect(ports.flatMap(importsOf)).toEqual([]);
});

test('only a configuration or a main reads the environment', () => {
  const readers = files.filter(
    (file) => !file.startsWith('test/') && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
  );
  const allowed = ['gateway/auth/token.ts', 'subgraphs/start.ts'];
  expect(readers.filter((file) => !isMain(file) && !allowed.includes(file))).toEqual([]);
});
