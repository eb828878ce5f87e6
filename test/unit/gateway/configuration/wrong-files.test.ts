import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfiguration } from '../../../../gateway/configuration/read-configuration.ts';
import { configurationSchema } from '../../../../gateway/configuration/schema.ts';
import type { GatewayConfiguration } from '../../../../gateway/configuration/types.ts';
import { run } from '../../../support/processes.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

let files = 0;

/** Writes the lines into a configuration file. Each file has its own name, because Node loads a module once. */
async function written(lines: readonly string[]): Promise<string> {
  files += 1;
  const file = join(folder, `gateway${files}.config.ts`);
  await writeFile(file, lines.join('\n'));
  return file;
}

/** Returns what is wrong with the file, without its path. */
async function problemsOf(lines: readonly string[]): Promise<readonly string[]> {
  const file = await written(lines);
  const error = await readConfiguration(file).then(
    () => new Error('nothing is wrong'),
    (thrown: Error) => thrown,
  );
  return error.message.replaceAll(file, 'FILE').split('\n').slice(1);
}

const name = 'must be the name of a header, and not one that the gateway itself decides about';
const rule =
  'must have either `propagate` (with `rename` or `default`), `insert` with `value` or `claim`, or `remove`';

/** A setting with a wrong value, and what the message says after the line. */
const wrong: readonly (readonly [setting: string, problem: string])[] = [
  ['supergraph: 3', 'supergraph must be the path of a file, or an object with a `url`'],
  ['supergraph: { url: "ftp://a" }', 'supergraph.url must be an http or https URL'],
  [
    'supergraph: { url: "http://registry.example/a" }',
    'supergraph.url must be https, or on this machine, or have a `signatureKeyFile`',
  ],
  [
    'supergraph: { url: "https://a", pollIntervalMs: 5 }',
    'supergraph.pollIntervalMs must be a whole number, 100 to 3600000',
  ],
  [
    'supergraph: { url: "https://a", headers: { "x-key": "a\\nb" } }',
    'supergraph.headers.x-key must be one line of ASCII characters',
  ],
  ['supergraph: { url: "https://a", headers: { "bad name": "a" } }', `supergraph.headers.bad name ${name}`],
  ['supergraph: { url: "https://a", headers: 3 }', 'supergraph.headers must be an object'],
  ['all: { timeoutMs: "5s" }', 'all.timeoutMs must be a whole number, 1 to 600000'],
  ['all: { url: "http://a" }', 'all.url is no setting'],
  ['subgraphs: { books: { url: "books:4001" } }', 'subgraphs.books.url must be an http or https URL'],
  ['subgraphs: { books: { url: "http://a:b@books" } }', 'subgraphs.books.url must have no user and password'],
  ['subgraphs: { books: { retries: 11 } }', 'subgraphs.books.retries must be a whole number, 0 to 10'],
  ['subgraphs: { books: { retires: 1 } }', 'subgraphs.books.retires is no setting'],
  ['all: { connections: 0 }', 'all.connections must be a whole number, 1 to 10000'],
  ['all: { circuitBreaker: true }', 'all.circuitBreaker must be an object'],
  [
    'all: { circuitBreaker: { failures: 0, openMs: 100 } }',
    'all.circuitBreaker.failures must be a whole number, 1 to 10000',
  ],
  ['all: { tlsDir: 7 }', 'all.tlsDir must be the path of a folder'],
  ['all: { shareInFlight: 1 }', 'all.shareInFlight must be true or false'],
  ['all: { acceptCompressed: "yes" }', 'all.acceptCompressed must be true or false'],
  [
    'all: { subscriptions: { protocol: "graphql-ws" } }',
    'all.subscriptions.protocol must be sse or graphql-transport-ws',
  ],
  [
    'all: { subscriptions: { protocol: "sse", url: "ftp://a" } }',
    'all.subscriptions.url must be an http, https, ws or wss URL',
  ],
  [
    'all: { subscriptions: { protocol: "sse", url: "wss://a" } }',
    'all.subscriptions.url must be an http or https URL for the protocol sse',
  ],
  [
    'all: { subscriptions: { protocol: "sse", silenceMs: 1 } }',
    'all.subscriptions.silenceMs must be a whole number, 100 to 600000',
  ],
  ['publicTag: "@open"', 'publicTag must be the name of a @tag: letters, digits, _, - and /'],
  ['joinCacheControl: "yes"', 'joinCacheControl must be true or false'],
  ['maxFields: 0', 'maxFields must be a whole number, 1 to 999999'],
  ['usageDatabase: 7', 'usageDatabase must be the URL of a PostgreSQL, or the path of a file'],
  ['usageDatabase: "mysql://a/b"', 'usageDatabase must be the URL of a PostgreSQL, or the path of a file'],
  [
    'all: { headers: { request: [{ propagate: "Content-Length" }] } }',
    `all.headers.request.0.propagate ${name}`,
  ],
  ['all: { headers: { request: [{ propagate: "Connection" }] } }', `all.headers.request.0.propagate ${name}`],
  [
    'all: { headers: { request: [{ propagate: "a", rename: "TE" }] } }',
    `all.headers.request.0.rename ${name}`,
  ],
  [
    'all: { headers: { request: [{ propagate: "Patron-Graph-Caller" }] } }',
    `all.headers.request.0.propagate ${name}`,
  ],
  [
    'all: { headers: { request: [{ insert: "patron-graph-caller", value: "x" }] } }',
    `all.headers.request.0.insert ${name}`,
  ],
  ['all: { headers: { request: [{ insert: "a" }] } }', `all.headers.request.0 ${rule}`],
  [
    'all: { headers: { request: [{ insert: "a", value: "b", claim: "c" }] } }',
    `all.headers.request.0 ${rule}`,
  ],
  ['all: { headers: { request: [{ remove: "a", propagate: "b" }] } }', `all.headers.request.0 ${rule}`],
  ['all: { headers: { request: {} } }', 'all.headers.request must be a list of rules'],
  [
    'all: { headers: { response: [{ propagate: "Set-Cookie", rename: "Vary" }] } }',
    `all.headers.response.0.rename ${name}`,
  ],
  [
    'all: { headers: { response: [{ propagate: "a", join: "all" }] } }',
    'all.headers.response.0.join must be first, last or append',
  ],
  ['proxy: {}', 'proxy is no setting'],
];

test.each(wrong)('%s is rejected with its line', async (setting, problem) => {
  expect(await problemsOf(['', 'export default {', `  ${setting},`, '};'])).toEqual([`FILE:3: ${problem}`]);
});

test('everything that is wrong is named, with the line of each', async () => {
  const lines = [
    "import type { GatewayConfiguration } from './types.ts';", // 1
    'const books = {',
    '  timeoutMs: 0, // 3',
    '} as const;',
    'export default {',
    "  supergraph: 'supergraph.graphql',",
    '  subgraphs: {',
    '    books,',
    "    'the shop': {",
    "      url: 'shop:1', // 10",
    '      headers: {',
    '        request: [',
    "          { propagate: 'authorization' },",
    "          { propagate: 'host' }, // 14",
    '        ],',
    '      },',
    '    },',
    '  },',
    '} satisfies GatewayConfiguration;',
  ];
  expect(await problemsOf(lines)).toEqual([
    'FILE:3: subgraphs.books.timeoutMs must be a whole number, 1 to 600000',
    'FILE:10: subgraphs.the shop.url must be an http or https URL',
    `FILE:14: subgraphs.the shop.headers.request.1.propagate ${name}`,
  ]);
});

test('a setting that comes from elsewhere has the line of the nearest one that is in the file', async () => {
  expect(await problemsOf(['export default {', '  all: { ...{ retries: -1 } },', '};'])).toEqual([
    'FILE:2: all.retries must be a whole number, 0 to 10',
  ]);
});

test.each([
  ['export default {', '  all: {', '}'],
  ['', '', 'throw new Error("not today");'],
  ['', '', 'enum Colour { Red }'],
])('a file that can not be loaded ends the process, which names the line: %s', async (...lines) => {
  const file = await written(lines);
  await using running = run('gateway/main.ts', {}, ['--config', file, '--port', '0']);
  expect(await running.exit).toBe(1);
  expect(running.output.stderr).toMatch(/^The configuration file can't be loaded\.\n.*\.config\.ts:3: .+\n$/);
});

test('a file without a default export, and no file, are named', async () => {
  expect(await problemsOf(['export const all = {};'])).toEqual([
    'FILE: the file must be an object: export default { … }',
  ]);
  await expect(readConfiguration(join(folder, 'none.ts'))).rejects.toThrow(/none\.ts can't be read: ENOENT/);
});

test('a file has its settings, and what all subgraphs have', async () => {
  const configuration: GatewayConfiguration = {
    supergraph: 'supergraph.graphql',
    all: { retries: 1, timeoutMs: 500, headers: { request: [{ propagate: 'A' }, { remove: 'b' }] } },
    subgraphs: { books: { retries: 2, headers: { request: [{ insert: 'C', value: 'd' }] } } },
    publicTag: 'open',
    usageDatabase: 'usage.sqlite',
  };
  const file = await written([`export default ${JSON.stringify(configuration)};`]);
  const read = await readConfiguration(file);
  expect(read.supergraph).toEqual({ kind: 'file', file: join(folder, 'supergraph.graphql') });
  expect(read.usageDatabase).toBe(join(folder, 'usage.sqlite'));
  expect([read.publicTag, read.maxFields, read.propagatedHeaders]).toEqual(['open', 1000, ['a']]);
  expect(read.settingsOf('other')).toMatchObject({ retries: 1, timeoutMs: 500, connections: 64 });
  expect(read.settingsOf('books')).toMatchObject({ retries: 2, timeoutMs: 500 });
  expect(read.settingsOf('books').requestHeaders.map((rule) => [rule.kind, rule.name])).toEqual([
    ['propagate', 'a'],
    ['remove', 'b'],
    ['insert', 'c'],
  ]);
});

test('the page about other graphs has a row or a section for each setting', () => {
  const page = readFileSync(new URL('../../../../docs/other-graphs.md', import.meta.url), 'utf8');
  const { all: _all, ...shape } = configurationSchema.shape;
  const subgraph = shape.subgraphs.unwrap().valueType.shape;
  for (const setting of [...Object.keys(shape), ...Object.keys(subgraph)]) {
    expect(page, setting).toMatch(new RegExp(`^(\\| \`${setting}\` \\||##+ ${setting}$)`, 'im'));
  }
});
