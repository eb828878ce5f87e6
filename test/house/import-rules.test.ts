import { globSync, readFileSync } from 'node:fs';
import { join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { type Import, importLinesOf, valueImportsOf } from './source.ts';

const root = join(import.meta.dirname, '../..');
const files = globSync(
  '{gateway,edge,embedded,apps,deploy,subgraphs,adapters,store,platform,telemetry,simulators,schema,test}/**/*.{ts,tsx}',
  {
    cwd: root,
    exclude: (file) => /(^|\/)(node_modules|packages\/dist)$/.test(file),
  },
).map((file) => normalize(file));

/** The imports of each file. They are read once, and before the tests, because they are many. */
const importsByFile = new Map(files.map((file) => [file, importLinesOf(root, file)]));
const importLines = (file: string): readonly Import[] => importsByFile.get(file) ?? [];
const importsOf = (file: string) => importLines(file).map(({ name }) => name);

const topLevel =
  'gateway|edge|embedded|apps|deploy|subgraphs|adapters|store|platform|telemetry|simulators|schema|test';
const isMain = (file: string) => file.endsWith('/main.ts') || file.startsWith('embedded/');
const ours = (name: string) => new RegExp(`^(${topLevel})/`).test(name);

/** The files with the ports of adapters and stores, and with the error that all stores share. */
const ports = '((adapters|store)/[\\w-]+/port|store/store-unavailable)\\.ts$';

/** The files that each file may import from this repository. The first rule that matches a file applies. */
const rules: readonly { readonly files: RegExp; readonly may: RegExp }[] = [
  // `embedded/` assembles everything, so it may import everything. Nothing imports it.
  { files: /^embedded\//, may: /^(?!test\/|schema\/)/ },

  { files: /^gateway\/executor\//, may: /^gateway\/executor\// },
  { files: /^gateway\/planner\//, may: /^gateway\/(planner\/|executor\/index\.ts$)/ },
  {
    files: /^gateway\/access\//,
    may: /^(gateway\/(access\/|(audiences|config|observer|rates)\.ts$)|store\/shared-state\/port\.ts$|platform\/)/,
  },
  { files: /^gateway\/supergraph\//, may: /^gateway\/(supergraph\/|access\/guards\.ts$)/ },
  {
    files: /^gateway\/usage\/open-usage\.ts$/,
    may: /^(gateway\/usage\/|store\/shared-state\/|platform\/)/,
  },
  {
    files: /^gateway\/usage\//,
    may: /^(gateway\/(usage\/|access\/caller\.ts$|executor\/index\.ts$)|store\/shared-state\/port\.ts$|platform\/)/,
  },
  // The executor defines the request to a subgraph and its answer. A transport implements the call.
  {
    files: /^gateway\/transport\//,
    may: /^(gateway\/(transport\/|access\/caller\.ts$|limits\.ts$|executor\/index\.ts$)|platform\/)/,
  },
  // What hooks see and decide. They know no HTTP and no engine, which call them.
  {
    files: /^gateway\/hooks\//,
    may: /^(gateway\/(hooks\/|access\/(caller|guards)\.ts$|executor\/index\.ts$|transport\/(transport|foreign\/header-names)\.ts$|observer\.ts$)|platform\/)/,
  },
  {
    files: /^gateway\/engine\//,
    may: /^(gateway\/(engine|hooks|supergraph|transport|access|usage)\/|gateway\/(planner|executor)\/index\.ts$|gateway\/(audiences|limits|observer)\.ts$|platform\/)/,
  },
  {
    files: /^gateway\/http\//,
    may: /^(gateway\/(http|engine|hooks|access|usage)\/|gateway\/(audiences|config|limits|observer)\.ts$|platform\/)/,
  },
  { files: /^gateway\/run-gateway\.ts$/, may: /^(gateway\/|platform\/|telemetry\/)/ },
  { files: /^gateway\/main\.ts$/, may: /^(gateway\/|platform\/)/ },
  { files: /^gateway\/start\.ts$/, may: /^(gateway\/|store\/shared-state\/|platform\/)/ },
  { files: /^gateway\/from-file\//, may: /^(gateway\/|platform\/)/ },
  {
    files: /^gateway\/configuration\//,
    may: /^(gateway\/(configuration\/|hooks\/(hooks|settings)\.ts$|transport\/foreign\/(header-names|settings|request-headers|stream-settings)\.ts$|usage\/open-usage\.ts$|limits\.ts$)|platform\/)/,
  },
  // The list of all events that a gateway reports. The gateway's folders import it, so it imports none of them.
  { files: /^gateway\/observer\.ts$/, may: /^platform\// },
  { files: /^gateway\/config\.ts$/, may: /^(gateway\/(audiences|limits|rates)\.ts$|platform\/)/ },
  { files: /^gateway\/(audiences|limits|rates)\.ts$/, may: /^platform\// },

  // Each edge is a client of the graph. All edges share one interface to it.
  {
    files: /^edge\/([\w-]+)\/(main|start)\.ts$/,
    may: /^(edge\/($1|graph|server|theme)\/|store\/shared-state\/|platform\/)/,
  },
  { files: /^edge\/server\/run-edge\.ts$/, may: /^(edge\/server\/|platform\/|telemetry\/)/ },
  {
    files: /^edge\/server\/open-state\.ts$/,
    may: /^(edge\/server\/|store\/shared-state\/|platform\/)/,
  },
  {
    files: /^edge\/([\w-]+)\//,
    may: /^(edge\/($1|graph|server|theme)\/|store\/(shared-state\/port|store-unavailable)\.ts$|platform\/)/,
  },

  // The pages and the kit are clients too: they import nothing of the server. They import each other by package names.
  { files: /^apps\/(\w+)\//, may: /^apps\/($1|build)\// },

  { files: /^subgraphs\/library\//, may: new RegExp(`^(subgraphs/library/|${ports}|platform/)`) },
  {
    files: /^subgraphs\/runtime\/start\.ts$/,
    may: new RegExp(`^(subgraphs/(library/|runtime/|observer\\.ts$)|${ports}|platform/|telemetry/)`),
  },
  {
    files: /^subgraphs\/runtime\//,
    may: new RegExp(`^(subgraphs/(library/|runtime/|observer\\.ts$)|${ports}|platform/)`),
  },
  {
    files: /^subgraphs\/operations\//,
    may: new RegExp(`^(subgraphs/(library/|runtime/|operations/|observer\\.ts$)|${ports}|platform/)`),
  },
  // The list of all events that a process of subgraphs reports, including the events of its adapters and its journal.
  {
    files: /^subgraphs\/observer\.ts$/,
    may: new RegExp(
      `^(adapters/soap/call-observer\\.ts$|store/journal/observed-journal\\.ts$|${ports}|platform/)`,
    ),
  },
  // All processes open their services here. The subgraphs get the opened services, and know only their ports.
  {
    files: /^subgraphs\/open-(services|journal-to-read)\.ts$/,
    may: /^(subgraphs\/(library\/|runtime\/|operations\/|observer\.ts$)|adapters\/|store\/|platform\/)/,
  },
  // The process of *circulation* also makes and sends notices, because it follows the feed of events.
  {
    files: /^subgraphs\/circulation\/main\.ts$/,
    may: /^(subgraphs\/|adapters\/|store\/|platform\/)/,
  },
  // The subgraph of an added system makes its adapter itself.
  {
    files: /^subgraphs\/added-systems\.ts$/,
    may: /^(subgraphs\/(runtime\/|open-services\.ts$)|platform\/)/,
  },
  {
    files: /^subgraphs\/(\w+)\/(?:main|open)\.ts$/,
    may: /^(subgraphs\/(library|runtime|operations|$1|(added-systems|open-journal-to-read|open-services)\.ts$)|adapters\/|store\/|platform\/)/,
  },
  {
    files: /^subgraphs\/(\w+)\//,
    may: new RegExp(`^(subgraphs/(library/|runtime/|operations/|$1/|observer\\.ts$)|${ports}|platform/)`),
  },

  // A large port has several files in `port/`. `port.ts` exports them all, and others import only `port.ts`.
  // The SOAP client's port has the names of the systems, which are in `platform/systems.ts`.
  { files: /^adapters\/soap\/port\.ts$/, may: /^platform\/systems\.ts$/ },
  { files: /^(?:adapters|store)\/([\w-]+)\/port(\.ts$|\/)/, may: /^(adapters|store)\/$1\/port\// },
  // The modules that read WSDLs run when code is generated. Processes import only the generated code.
  {
    files: /^adapters\/soap\/contract\/(generate\.ts$|read\/|write\/)/,
    may: /^(adapters\/soap\/contract\/|platform\/systems\.ts$)/,
  },
  // The command that adopts a system reads contracts, and no process imports it.
  { files: /^adapters\/adopt\//, may: /^(adapters\/(adopt|soap)\/|platform\/)/ },
  {
    files: /^adapters\/([\w-]+)\//,
    may: /^(adapters\/($1|soap)\/(?!contract\/(generate\.ts$|read\/|write\/))|platform\/)/,
  },
  // The folders that all stores share import no store. No store imports another.
  {
    files: /^store\/(journal|index|shared-state)\//,
    may: /^(store\/($1|encryption|sqlite|postgres)\/|store\/[\w-]+\.ts$|platform\/)/,
  },
  { files: /^store\//, may: /^(store\/(encryption|sqlite|postgres)\/|store\/[\w-]+\.ts$|platform\/)/ },
  { files: /^platform\//, may: /^platform\// },
  // `telemetry/` implements the observers. It may import only their types, which another test checks.
  { files: /^telemetry\//, may: /^(telemetry|gateway|edge|subgraphs|adapters|store|platform)\// },
  // The simulators share no code with the adapters, because a shared mistake would stay hidden.
  { files: /^simulators\//, may: /^(simulators\/|platform\/systems\.ts$)/ },
  // The commands that compare schemas read operations, plans and usage as the gateway does.
  {
    files: /^schema\/changes\//,
    may: /^(schema\/changes\/|gateway\/(access\/documents|engine|planner|supergraph|usage)\/|gateway\/(executor\/index|limits)\.ts$|store\/shared-state\/port\.ts$|platform\/)/,
  },
  // The packages are made of compiled files, which are not imported. Only a package's own command imports.
  { files: /^deploy\/packages\/gateway\/main\.ts$/, may: /^gateway\/from-file\/command\.ts$/ },
  { files: /^deploy\//, may: /^deploy\// },
  {
    files: /^schema\//,
    may: /^(schema\/|gateway\/(audiences|supergraph\/client-directives)\.ts$|platform\/systems\.ts$)/,
  },
  { files: /^test\//, may: /./ },
];

/** The mistakes of a file: that no rule is for it, or each import that its rule forbids. */
function strangersIn(file: string, imports = importLines(file)): readonly string[] {
  const rule = rules.find(({ files: pattern }) => pattern.test(file));
  if (rule === undefined) {
    return [`${file}: its folder has no rule`];
  }
  const own = rule.files.exec(file)?.[1] ?? '';
  const may = new RegExp(rule.may.source.replaceAll('$1', own));
  return imports
    .filter(({ name }) => ours(name) && !may.test(name))
    .map(({ name, line }) => `${file}:${line} imports ${name}`);
}

test('every file imports only what its place allows', () => {
  expect(files.length).toBeGreaterThan(1000);
  expect(files.flatMap((file) => strangersIn(file))).toEqual([]);
});

test('a forbidden import is found with its line, and a folder without a rule is found', () => {
  const imports = [
    { name: 'gateway/executor/run/run.ts', line: 2 },
    { name: 'gateway/http/server.ts', line: 3 },
  ];
  expect(strangersIn('gateway/executor/one.ts', imports)).toEqual([
    'gateway/executor/one.ts:3 imports gateway/http/server.ts',
  ]);
  expect(strangersIn('elsewhere/one.ts', imports)).toEqual(['elsewhere/one.ts: its folder has no rule']);
});

/** The packages that one place imports, and that place. */
const placesOfPackages: readonly (readonly [string, RegExp])[] = [
  ['soap', /^adapters\/soap\/contract\/read\//],
  ['mercurius', /^gateway\/engine\/documents\/valid-documents\.ts$/],
  ['pg', /^store\/postgres\//],
  ['prom-client', /^telemetry\/metrics\//],
  ['oidc-provider', /^edge\/sign-in\//],
  ['nodemailer', /^subgraphs\/notices\/mail\//],
];

test('each of these packages is known in one place', () => {
  const imports = files
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) => importLines(file).map((one) => ({ file, ...one })));
  const strangers = placesOfPackages.flatMap(([name, place]) => {
    const importers = imports.filter((one) => one.name === name);
    expect(importers, name).not.toEqual([]);
    return importers
      .filter(({ file }) => !place.test(file))
      .map(({ file, line }) => `${file}:${line} imports ${name}`);
  });
  expect(strangers).toEqual([]);
});

/** The entry files of this repository's packages. */
const packages: Readonly<Record<string, string>> = {
  '@patron-graph/kit': 'apps/kit/src/index.ts',
  '@patron-graph/ui': 'apps/ui/src/index.ts',
};

/**
 * Circles in a graph, each as `a > b > a`. The search is depth-first, which finds at least one circle if there is any.
 */
function circlesIn(nodes: readonly string[], edgesOf: (node: string) => Iterable<string>): string[] {
  const circles: string[] = [];
  const finished = new Set<string>();
  const visit = (node: string, path: readonly string[]): void => {
    if (path.includes(node)) {
      circles.push([...path.slice(path.indexOf(node)), node].join(' > '));
    } else if (!finished.has(node)) {
      for (const next of edgesOf(node)) {
        visit(next, [...path, node]);
      }
      finished.add(node);
    }
  };
  for (const node of nodes) {
    visit(node, []);
  }
  return circles;
}

const ownImportsOf = (file: string) =>
  importsOf(file)
    .map((name) => packages[name] ?? name)
    .filter(ours);

test('no files import one another in a circle', () => {
  expect(circlesIn(files, ownImportsOf)).toEqual([]);
});

/**
 * The paths of the two files, cut after the first name that differs, for example `gateway/http` and `gateway/engine`.
 * Each is a folder or a file.
 */
function neighboursOf(file: string, other: string): { readonly from: string; readonly to: string } {
  const [path, otherPath] = [file.split('/'), other.split('/')];
  const depth = path.findIndex((name, index) => name !== otherPath[index]) + 1;
  return { from: path.slice(0, depth).join('/'), to: otherPath.slice(0, depth).join('/') };
}

test('no neighbours import one another in a circle, but with telemetry, which imports the types of what it observes', () => {
  const imports = files
    .filter((file) => !file.startsWith('test/'))
    .flatMap((file) =>
      ownImportsOf(file)
        .filter((name) => !name.startsWith('telemetry/'))
        .map((name) => neighboursOf(file, name)),
    );
  const importsByNeighbour = Map.groupBy(imports, ({ from }) => from);
  const importedBy = (neighbour: string) => new Set(importsByNeighbour.get(neighbour)?.map(({ to }) => to));
  expect(circlesIn([...importsByNeighbour.keys()], importedBy)).toEqual([]);
});

test('the executor knows nothing but GraphQL, and opens no socket', () => {
  const packages = files
    .filter((file) => file.startsWith('gateway/executor/'))
    .flatMap(importsOf)
    .filter((name) => !ours(name));
  expect(new Set(packages)).toEqual(new Set(['graphql']));
});

const isPort = (file: string) => /^(adapters|store)\/[\w-]+\/port(\.ts$|\/)/.test(file);
const isOpenTelemetry = (name: string) => name.startsWith('@opentelemetry/');

test('the API of OpenTelemetry is for gateway, subgraphs, adapters and the platform; executor, planner and ports know none of it', () => {
  const importers = files.filter(
    (file) => !/^(telemetry|test)\//.test(file) && importsOf(file).some(isOpenTelemetry),
  );
  const strangers = importers.filter(
    (file) =>
      !/^(gateway|subgraphs|adapters|edge|platform)\//.test(file) ||
      /^gateway\/(executor|planner)\//.test(file) ||
      isPort(file),
  );
  expect(strangers).toEqual([]);
  const packages = importers.flatMap(importsOf).filter(isOpenTelemetry);
  expect(packages.filter((name) => name !== '@opentelemetry/api')).toEqual([]);
});

test('telemetry knows what it observes by types alone', () => {
  const observers = files.filter((file) => file.startsWith('telemetry/'));
  const isObserved = (name: string) => /^(gateway|edge|subgraphs|adapters|store)\//.test(name);
  expect(observers.flatMap(importsOf).filter(isObserved)).not.toEqual([]);
  expect(observers.flatMap((file) => valueImportsOf(root, file)).filter(isObserved)).toEqual([]);
});

test('only what assembles a process imports telemetry: nobody else knows who observes', () => {
  const importers = files.filter(
    (file) =>
      !/^(telemetry|test)\//.test(file) && importsOf(file).some((name) => name.startsWith('telemetry/')),
  );
  expect(importers.sort()).toEqual([
    'edge/server/run-edge.ts',
    'embedded/start.ts',
    'gateway/run-gateway.ts',
    'subgraphs/runtime/start.ts',
  ]);
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
    // One port has a type of the registry: the names of the systems.
    const imports = file === 'adapters/soap/port.ts' ? valueImportsOf(root, file) : importsOf(file);
    return imports.filter((name) => !name.startsWith(own));
  };
  expect(ports.flatMap(strangers)).toEqual([]);
});

test('only a configuration or a main reads the environment', () => {
  const readers = files.filter(
    (file) => !file.startsWith('test/') && /process\.env/.test(readFileSync(join(root, file), 'utf8')),
  );
  const allowed = ['gateway/access/print-token.ts', 'subgraphs/runtime/start.ts'];
  expect(readers.filter((file) => !isMain(file) && !allowed.includes(file))).toEqual([]);
});
