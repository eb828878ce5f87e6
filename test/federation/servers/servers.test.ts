/** Three subgraphs on third-party servers: GraphQL Yoga, Mercurius and graphql-http with Pothos. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { composedSource, newestFederation } from '../../../gateway/from-file/sources/compose.ts';
import { type RunningProcess, run } from '../../support/processes.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { startOver } from '../../unit/gateway/from-file/running.ts';

/** Processes start slowly on a loaded machine. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let subgraphs: RunningProcess;
let urls: Record<'PRODUCTS' | 'REVIEWS' | 'STOCK', string>;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gateway-servers-'));
  subgraphs = run('test/federation/servers/main.ts', { PORT: '0' });
  const [json] = await subgraphs.says(/\{.*\}/);
  urls = JSON.parse(json) as typeof urls;
});
afterAll(async () => {
  await subgraphs[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

const config = 'test/federation/servers/gateway.config.ts';
const query = `{
  products { name onShelf worth reviews { stars product { price } } }
  latestReview { text product { name } }
  stockTaken
  tenant
}`;
const answer = {
  data: {
    products: [
      {
        name: 'Atlas',
        onShelf: 3,
        worth: 90,
        reviews: [
          { stars: 5, product: { price: 30 } },
          { stars: 2, product: { price: 30 } },
        ],
      },
      { name: 'Globe', onShelf: 0, worth: 0, reviews: [{ stars: 4, product: { price: 80 } }] },
    ],
    latestReview: { text: 'Round', product: { name: 'Globe' } },
    stockTaken: '2026-11-30',
    tenant: 'north',
  },
};

async function askOf(gateway: RunningProcess): Promise<unknown> {
  const [, url = ''] = await gateway.says(/GraphQL at (\S+)/);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant': 'north' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

test('one command composes and serves them, by one file', async () => {
  await using gateway = run('gateway/main.ts', urls, ['--config', config, '--compose', '--port', '0']);
  expect(await askOf(gateway)).toEqual(answer);
});

test('composed to a file by one command, they are served by the next, in production too', async () => {
  const file = join(folder, 'supergraph.graphql');
  await using composing = run('gateway/main.ts', urls, ['--config', config, '--compose', '--out', file]);
  expect([await composing.exit, composing.output.stderr]).toEqual([0, '']);
  expect(await readFile(file, 'utf8')).toContain('@join__graph(name: "products"');
  const env = { ...urls, SUPERGRAPH: file, NODE_ENV: 'production' };
  await using gateway = run('gateway/main.ts', env, ['--config', config, '--port', '0']);
  expect(await askOf(gateway)).toEqual(answer);
});

test('production does not compose', async () => {
  const env = { ...urls, NODE_ENV: 'production' };
  await using gateway = run('gateway/main.ts', env, ['--config', config, '--compose', '--port', '0']);
  expect(await gateway.exit).toBe(1);
  expect(gateway.output.stderr).toContain('--compose is for development');
});

/** A subgraph that has only a schema. */
async function startSchema(sdl: { text: string }) {
  const server = await listenOnLoopback(
    createServer((_request, response) =>
      response
        .setHeader('content-type', 'application/json')
        .end(JSON.stringify({ data: { _service: { sdl: sdl.text }, __typename: 'Query' } })),
    ),
  );
  const source = composedSource(new Map([['books', new URL(`${server.origin}/graphql`)]]));
  return { source, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

const federation = (version: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v${version}", import: ["@key"]) `;

test('a schema that changes is composed again, and one that does not compose changes nothing', async () => {
  const sdl = { text: `${federation('2.3')} type Query { a: Int }` };
  await using subgraph = await startSchema(sdl);
  await using gateway = await startOver(subgraph.source);
  sdl.text = `${federation('2.3')} type Query { a: Int b: Book }`;
  await gateway.logged(/do not compose:.*Book.* The one before stays/);
  sdl.text = `${federation('2.3')} type Query { a: Int b: Int }`;
  await gateway.logged(/the supergraph of books took over/);
  expect((await gateway.ask('{ __type(name: "Query") { fields { name } } }')).body.data).toEqual({
    __type: { fields: [{ name: 'a' }, { name: 'b' }] },
  });
});

test('a schema that links a newer Federation than the composer knows is named, with what to do', async () => {
  const newest = newestFederation.join('.');
  await using known = await startSchema({ text: `${federation(newest)} type Query { a: Int }` });
  await expect(known.source.open(AbortSignal.timeout(5000))).resolves.toHaveProperty('text');
  // strawberry links it by default.
  await using newer = await startSchema({ text: `${federation('2.11')} type Query { a: Int }` });
  await expect(newer.source.open(AbortSignal.timeout(5000))).rejects.toThrow(
    /the subgraph books links https:\/\/specs\.apollo\.dev\/federation\/v2\.11, .* up to v2\.9\. Let its library link v2\.9/,
  );
});

test('a subgraph that gives no schema, or none that is GraphQL, is named', async () => {
  const nowhere = composedSource(new Map([['books', new URL('http://127.0.0.1:1/graphql')]]));
  await expect(nowhere.open(AbortSignal.timeout(5000))).rejects.toThrow(
    /the subgraph books at http:\S+ gave no schema/,
  );
  await using wrong = await startSchema({ text: 'type Query {' });
  await expect(wrong.source.open(AbortSignal.timeout(5000))).rejects.toThrow(
    /the schema of the subgraph books is no GraphQL: Syntax Error/,
  );
});

test('a subgraph without an address in the file can not be composed', async () => {
  const file = join(folder, 'gateway.config.ts');
  await writeFile(file, 'export default {\n  subgraphs: { books: {} },\n};\n');
  await using gateway = run('gateway/main.ts', {}, ['--config', file, '--compose', '--port', '0']);
  expect(await gateway.exit).toBe(1);
  expect(gateway.output.stderr).toContain(`${file}:2: subgraphs.books has no url`);
});
