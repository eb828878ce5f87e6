import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const files = globSync(
  '{gateway,edge,apps,subgraphs,adapters,telemetry,simulators,schema,test}/**/*.{ts,tsx}',
  {
    cwd: root,
    exclude: (file) => file === 'node_modules' || file.endsWith('/node_modules'),
  },
).map((file) => normalize(file));

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

const ours = (name: string) =>
  /^(gateway|edge|apps|subgraphs|adapters|telemetry|simulators|schema|test)\//.test(name);
const isMain = (file: string) => file.endsWith('/main.ts') || file.startsWith('embedded/');

/** What all the parts of the graph share: what operations need may use what runs them, and both the library's own words. */
const shared = {
  library: 'subgraphs/library/',
  runtime: '(subgraphs/(library|runtime)|adapters/(lifecycle|priority|telemetry))/',
  operations: '(subgraphs/(library|runtime|operations)|adapters/(lifecycle|priority|telemetry))/',
};
const ports = 'adapters/\\w+/port\\.ts$';

/** Who may import whom, first match first: which files, and which of our own files those may import. */
const rules: readonly { readonly files: RegExp; readonly may: RegExp }[] = [
  {
    files: /^gateway\/embedded\//,
    may: /^((gateway|edge|subgraphs|adapters|telemetry|simulators)\/|apps\/partner\/start\.ts$)/,
  },
  {
    files: /^gateway\/main\.ts$/,
    may: /^(gateway\/(?!embedded\/)|adapters\/(lifecycle|tls)\/|telemetry\/(config\.ts$|start\.ts$|metrics\/))/,
  },
  {
    files: /^gateway\/from-file\//,
    may: /^(gateway\/(?!embedded\/)|adapters\/(lifecycle|tls)\/|telemetry\/metrics\/|schema\/)/,
  },
  {
    files: /^gateway\/(start|health)\.ts$/,
    may: /^(gateway\/(?!embedded\/|from-file\/)|adapters\/(lifecycle|shared-state|tls)\/|telemetry\/metrics\/)/,
  },
  {
    files: /^gateway\/(audiences|config|fair-cache|limits|polling|rates|weighted-cache)\.ts$/,
    may: /^((gateway\/(audiences|limits|rates|weighted-cache)|adapters\/lifecycle\/(config|environment|network|secrets))\.ts$|adapters\/tls\/)/,
  },
  { files: /^gateway\/executor\//, may: /^gateway\/executor\// },
  { files: /^gateway\/planner\//, may: /^gateway\/(planner\/|executor\/index\.ts$)/ },
  {
    files: /^gateway\/(access|supergraph|transport)\//,
    may: /^(gateway\/(access\/|supergraph\/|transport\/|(audiences|config|limits|polling|rates|weighted-cache)\.ts$|executor\/index\.ts$)|adapters\/lifecycle\/(dependency-watch|network)\.ts$|adapters\/shared-state\/port\.ts$|adapters\/(priority|telemetry|tls)\/)/,
  },
  {
    files: /^gateway\/engine\//,
    may: /^gateway\/(engine\/|(planner|executor)\/index\.ts$|supergraph\/|transport\/|access\/|(audiences|fair-cache|limits|weighted-cache)\.ts$)|^adapters\/(priority|telemetry)\//,
  },
  {
    files: /^gateway\/http\//,
    may: /^(gateway\/(http\/|engine\/|access\/|(config|limits|weighted-cache)\.ts$)|adapters\/(lifecycle|priority|static-pages|telemetry|tls)\/)/,
  },
  // The start of an edge opens the state that its processes share. The rest of it knows the port alone.
  {
    files: /^edge\/([\w-]+)\/(main|start)\.ts$/,
    may: /^(edge\/($1|graph|server)\/|adapters\/(shared-state|lifecycle|telemetry|tls)\/|telemetry\/(config\.ts$|start\.ts$|metrics\/))/,
  },
  {
    files: /^edge\/server\/(open-state|run-edge)\.ts$/,
    may: /^(edge\/server\/|adapters\/(shared-state|lifecycle|tls)\/|telemetry\/(config\.ts$|start\.ts$|metrics\/))/,
  },
  // Another protocol is a client of the graph, through the one interface that all of them share.
  {
    files: /^edge\/([\w-]+)\//,
    may: /^(edge\/($1|graph|server)\/|adapters\/(shared-state\/port\.ts$|(lifecycle|priority|static-pages|telemetry|tls)\/))/,
  },
  // Pages and the kit are clients like any other: they import nothing of the server, and each other by package names.
  { files: /^apps\/(\w+)\//, may: /^apps\/($1|build)\// },
  { files: /^subgraphs\/library\//, may: new RegExp(`^(${shared.library}|${ports})`) },
  // The one start of all subgraphs' processes.
  {
    files: /^subgraphs\/runtime\/start\.ts$/,
    may: new RegExp(
      `^(${shared.runtime}|platform/tls/|telemetry/(config\\.ts$|start\\.ts$|metrics/)|${ports})`,
    ),
  },
  { files: /^subgraphs\/runtime\//, may: new RegExp(`^(${shared.runtime}|platform/tls/|${ports})`) },
  { files: /^subgraphs\/operations\//, may: new RegExp(`^(${shared.operations}|${ports})`) },
  // One assembly for all processes: what it opens is handed to the subgraphs, which know ports alone.
  {
    files: /^subgraphs\/open-services\.ts$/,
    may: new RegExp(`^(${shared.operations}|adapters/\\w+/|telemetry/metrics/services/)`),
  },
  // Notices are made and sent beside the feed of events, in the process of *circulation*.
  {
    files: /^subgraphs\/circulation\/main\.ts$/,
    may: new RegExp(
      `^(${shared.operations}|subgraphs/open-services\\.ts$|subgraphs/(circulation|notices)/|adapters/[\\w-]+/)`,
    ),
  },
  // They open connections of their own.
  {
    files: /^subgraphs\/notices\//,
    may: new RegExp(`^(${shared.operations}|subgraphs/notices/|platform/tls/|${ports})`),
  },
  {
    files: /^subgraphs\/(\w+)\/main\.ts$/,
    may: new RegExp(`^(${shared.operations}|subgraphs/open-services\\.ts$|subgraphs/$1/|adapters/[\\w-]+/)`),
  },
  { files: /^subgraphs\/(\w+)\//, may: new RegExp(`^(${shared.operations}|subgraphs/$1/|${ports})`) },
  // Keys and certificates, how urgent a request is, and how a process starts, tells of its health and stops: the same for all of
  // them, so they know none.
  { files: /^adapters\/(lifecycle|priority|static-pages|telemetry|tls)\//, may: /^adapters\/$1\// },
  // A port that is several ideas has a file for each in `port/`, which `port.ts` exports: others import that one.
  { files: /^adapters\/([\w-]+)\/port(\.ts$|\/)/, may: /^adapters\/$1\/port\// },
  // The index lies beside the journal: in the same database, and encrypted with keys from the same data key.
  { files: /^adapters\/index\//, may: /^adapters\/(index|journal|tls)\// },
  // What processes share lies in the journal's databases, too.
  { files: /^adapters\/shared-state\//, may: /^adapters\/(shared-state|journal|tls)\// },
  { files: /^adapters\/(\w+)\//, may: /^adapters\/($1|priority|soap|telemetry|tls)\// },
  // Metrics know what they measure, by its types, and nobody that is measured knows them: they are handed in from the mains.
  {
    files: /^telemetry\/metrics\//,
    may: /^(telemetry\/metrics\/|gateway\/(access|engine|executor|http|planner|transport)\/|edge\/(graph\/client|sign-in\/observer|sip2\/observer)\.ts$|gateway\/(rates|weighted-cache)\.ts$|subgraphs\/runtime\/(errors|serve)\.ts$|subgraphs\/operations\/attempts\/failure-limits\.ts$|adapters\/(lifecycle|priority|soap)\/|adapters\/telemetry\/request-end\.ts$|adapters\/\w+\/port\.ts$)/,
  },
  // The SDKs of OpenTelemetry know nothing of the program: it calls `@opentelemetry/api`, which they stand behind.
  { files: /^telemetry\//, may: /^(telemetry\/|adapters\/lifecycle\/environment\.ts$)/ },
  // The simulators share nothing with the adapters, whose mistakes they must not repeat, but the scanner of XML.
  { files: /^simulators\//, may: /^(simulators\/|adapters\/soap\/codec\/(markup|xml-names)\.ts$)/ },
  { files: /^schema\//, may: /^(schema\/|gateway\/audiences\.ts$)/ },
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
  ['mercurius', /^gateway\/engine\/documents\/valid-documents\.ts$/],
  ['pg', /^adapters\/journal\/postgres\/database\.ts$/],
  ['prom-client', /^telemetry\/metrics\//],
  ['oidc-provider', /^edge\/sign-in\//],
])('the package %s is known in one place', (name, allowed) => {
  const importers = files.filter((file) => !file.startsWith('test/') && importsOf(file).includes(name));
  expect(importers.filter((file) => !allowed.test(file))).toEqual([]);
  expect(importers).not.toEqual([]);
});

/** Files that import one another in a circle, each circle once, by way of a depth-first walk. */
function importCycles(): string[] {
  const cycles: string[] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) {
      cycles.push([...path.slice(path.indexOf(file)), file].join(' > '));
    } else if (!finished.has(file)) {
      for (const imported of importsOf(file).filter(ours)) {
        visit(imported, [...path, file]);
      }
      finished.add(file);
    }
  };
  for (const file of files) {
    visit(file, []);
  }
  return cycles;
}

test('no files import one another in a circle', () => {
  expect(importCycles()).toEqual([]);
});

test('the executor knows nothing but GraphQL, and opens no socket', () => {
  const packages = files
    .filter((file) => file.startsWith('gateway/executor/'))
    .flatMap(importsOf)
    .filter((name) => !ours(name));
  expect(new Set(packages)).toEqual(new Set(['graphql']));
});

const isPort = (file: string) => /^adapters\/[\w-]+\/port(\.ts$|\/)/.test(file);
const isOpenTelemetry = (name: string) => name.startsWith('@opentelemetry/');

test('the API of OpenTelemetry is for gateway, subgraphs and adapters; executor, planner and ports know none of it', () => {
  const importers = files.filter(
    (file) => !/^(telemetry|test)\//.test(file) && importsOf(file).some(isOpenTelemetry),
  );
  const strangers = importers.filter(
    (file) =>
      !/^(gateway|subgraphs|adapters)\//.test(file) ||
      /^gateway\/(executor|planner)\//.test(file) ||
      isPort(file),
  );
  expect(strangers).toEqual([]);
  const packages = importers.flatMap(importsOf).filter(isOpenTelemetry);
  expect(packages.filter((name) => name !== '@opentelemetry/api')).toEqual([]);
});

test('the SDK is loaded by the one file that starts it, when it is wanted', () => {
  const source = readFileSync(join(root, 'telemetry/start.ts'), 'utf8');
  const atOnce = [...source.matchAll(/^import (?!type )[^;]*from '([^']+)'/gm)].map(([, name]) => name);
  expect(atOnce).toEqual(['./config.ts']);
});

test('a port imports nothing but its own files', () => {
  const ports = files.filter(isPort);
  expect(ports.length).toBeGreaterThanOrEqual(4);
  const strangers = (file: string) => {
    const own = `${file.split('/').slice(0, 2).join('/')}/port/`;
    return importsOf(file).filter((name) => !name.startsWith(own));
  };
  expect(ports.flatMap(strangers)).toEqual([]);
});

test('only a configuration or a main reads the environment', () => {
  const readers = files.filter(
    (file) => !file.startsWith('test/') && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
  );
  const allowed = ['gateway/access/token.ts', 'subgraphs/runtime/start.ts'];
  expect(readers.filter((file) => !isMain(file) && !allowed.includes(file))).toEqual([]);
});
