/** The packages of `npm run pack` in somebody else's project, with another Node and another resolution of modules. */
import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { withoutDeadLinks } from '../../deploy/packages/documents.ts';
import { run } from '../support/processes.ts';
import { listenOnLoopback } from '../support/servers/loopback.ts';
import { installedProject, type OtherProject, otherNode } from './project.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let project: OtherProject;
beforeAll(async () => {
  project = await installedProject();
});
afterAll(() => project[Symbol.dispose]());

const command = 'node_modules/.bin/patron-graph-gateway';

test('the gateway is installed without what only our own graph needs', () => {
  const { dependencies } = project.manifestOf('@patron-graph/gateway');
  expect(Object.keys(dependencies)).toEqual(expect.arrayContaining(['fastify', 'graphql', 'undici']));
  const foreign = ['@apollo/server', 'nodemailer', 'oidc-provider', 'pg', 'react', 'saxes', 'soap'];
  expect(Object.keys(dependencies).filter((name) => foreign.includes(name))).toEqual([]);
});

test('the kit is installed with the type of its documents and a parser of events alone', () => {
  const { dependencies, peerDependencies } = project.manifestOf('@patron-graph/kit');
  expect(Object.keys({ ...dependencies, ...peerDependencies })).toEqual([
    '@graphql-typed-document-node/core',
    'eventsource-parser',
    'graphql',
  ]);
});

const configuration = `import type { GatewayConfiguration, OperationDecision } from '@patron-graph/gateway';

const { PRODUCTS, REVIEWS, STOCK } = process.env;
const allowed: OperationDecision = {};

export default {
  supergraph: 'supergraph.graphql',
  all: { timeoutMs: 5_000 },
  subgraphs: {
    products: { url: PRODUCTS ?? '', headers: { request: [{ propagate: 'x-tenant' }] } },
    reviews: { url: REVIEWS ?? '' },
    stock: { url: STOCK ?? '' },
  },
  hooks: { operation: { run: () => allowed } },
} satisfies GatewayConfiguration;
`;

const modules = './node_modules/@patron-graph/gateway/gateway';
const others = `import { readFile } from 'node:fs/promises';
import { PlanningThread } from '${modules}/engine/planning/planning-thread.js';
import { checkSupergraph } from '${modules}/from-file/check-supergraph.js';

const sdl = await readFile('supergraph.graphql', 'utf8');
await checkSupergraph(sdl);
await using thread = new PlanningThread(sdl);
console.log((await thread.plan('{ stockTaken }', 0)).kind);
`;

test("the gateway's command serves the subgraphs of other people by the configuration file", async () => {
  await using subgraphs = run('test/federation/servers/main.ts', { PORT: '0' });
  const [json] = await subgraphs.says(/\{.*\}/);
  const urls = JSON.parse(json) as NodeJS.ProcessEnv;
  const file = join(project.folder, 'supergraph.graphql');
  const composing = ['--config', 'test/federation/servers/gateway.config.ts', '--compose', '--out', file];
  await using composer = run('gateway/main.ts', urls, composing);
  expect([await composer.exit, composer.output.stderr]).toEqual([0, '']);

  project.write('gateway.config.ts', configuration);
  const args = ['--config', 'gateway.config.ts', '--port', '0'];
  await using gateway = run(command, urls, args, project.folder);
  const [, url = ''] = await gateway.says(/GraphQL at (\S+)/);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tenant': 'north' },
    body: JSON.stringify({ query: '{ products { name onShelf reviews { stars } } tenant }' }),
  });
  expect(await response.json()).toEqual({
    data: {
      products: [
        { name: 'Atlas', onShelf: 3, reviews: [{ stars: 5 }, { stars: 2 }] },
        { name: 'Globe', onShelf: 0, reviews: [{ stars: 4 }] },
      ],
      tenant: 'north',
    },
  });
  expect((await fetch(new URL('/graphiql', url))).status).toBe(200);
  gateway.child.kill('SIGTERM');
  expect(await gateway.exit).toBe(0);

  // A small graph needs neither the thread for long planning nor the process that checks a large supergraph.
  project.write('others.js', others);
  await using starting = run('others.js', {}, [], project.folder);
  expect([await starting.exit, starting.output.stdout]).toEqual([0, 'fetch\n']);
});

test('the command without a graph says what is missing, and --compose names the package that it needs', async () => {
  await using without = run(command, {}, [], project.folder);
  expect([await without.exit, without.output.stderr]).toEqual([
    2,
    'Say which graph to serve: with --config, --supergraph or --compose.\n--help prints all options.\n',
  ]);
  const sdl = 'type Query { a: Int }';
  await using subgraph = await listenOnLoopback(
    createServer((_request, response) => response.end(JSON.stringify({ data: { _service: { sdl } } }))),
  );
  await using composing = run(command, {}, ['--compose', `a=${subgraph.origin}/`], project.folder);
  expect(await composing.exit).toBe(1);
  expect(composing.output.stderr).toContain('npm install --save-dev @theguild/federation-composition');
});

const program = `import { createGraph, follow, missingAt, newReference, overFetch, settle } from '@patron-graph/kit';
import { apolloCache } from '@patron-graph/kit/caches/apollo-client';
import { FollowIdsDocument, HomeDocument, possibleTypes, RenewDocument } from '@patron-graph/kit/reader';

const [url = ''] = process.argv.slice(2);
const graph = createGraph({ url, token: () => 'token', language: 'en' });
const { data, missing } = await graph.ask(HomeDocument);
const remaining: number | null | undefined = data.me?.loanQuota?.remaining;
const input = { reference: newReference(), reader: { patronId: 'P1' }, loanId: 'L1' };
const { operation } = await settle(() => graph.ask(RenewDocument, { input }), ({ renewLoan }) => renewLoan);
const known: readonly string[] = possibleTypes.Operation;
const closing = new AbortController();
const told: string[] = [typeof apolloCache];
await follow(overFetch({ url }), FollowIdsDocument, ({ myChanges }) => myChanges, {
  after: ['cursor'],
  onReadAnew: async () => [],
  onEvent({ kind }) {
    told.push(kind);
    closing.abort();
  },
  signal: closing.signal,
});
const remedy = missingAt(missing, ['me', 'loans'])?.remedy;
console.log(JSON.stringify([remaining, remedy, operation.state, known.length > 0, told]));
`;

const event = `event: next
data: {"data":{"myChanges":{"id":"1","cursor":"after","kind":"LOAN_RENEWED"}}}

`;

/** Answers as the graph does, so that the program needs only the package and a socket. */
const answerTo = (query: string): unknown =>
  query.includes('mutation')
    ? { data: { renewLoan: { operation: { state: 'DONE' }, problems: [] } } }
    : {
        data: { me: { loanQuota: { remaining: 7 }, loans: null } },
        errors: [{ message: 'no', path: ['me', 'loans'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
      };

test.each([
  ['nodenext', { module: 'nodenext' }],
  ['bundler', { module: 'esnext', moduleResolution: 'bundler' }],
] as const)(
  'a program that uses the packages compiles with the resolution %s, and runs in another Node',
  async (_name, options) => {
    project.write(
      'program.ts',
      `declare const process: { argv: string[]; env: Record<string, string | undefined> };\n${program}`,
    );
    project.write(
      'gateway.config.ts',
      `declare const process: { env: Record<string, string | undefined> };\n${configuration}`,
    );
    const compilerOptions = { ...options, lib: ['es2022', 'dom'], types: [] };
    expect(await project.compile(['program.ts', 'gateway.config.ts'], compilerOptions)).toBe('');

    await using graph = await listenOnLoopback(
      createServer((request, response) => {
        let body = '';
        request.on('data', (chunk) => {
          body += String(chunk);
        });
        request.on('end', () => {
          const { query } = JSON.parse(body) as { query: string };
          if (query.includes('subscription')) {
            response.setHeader('content-type', 'text/event-stream').write(event);
          } else {
            response
              .setHeader('content-type', 'application/graphql-response+json')
              .end(JSON.stringify(answerTo(query)));
          }
        });
      }),
    );
    const node = otherNode();
    if (node === null) {
      process.stdout.write('no other Node on PATH: the program runs in this one\n');
    }
    const { stdout } = await promisify(execFile)(
      node ?? process.execPath,
      ['out/program.js', `${graph.origin}/graphql`],
      {
        cwd: project.folder,
      },
    );
    expect(JSON.parse(stdout)).toEqual([7, 'later', 'DONE', true, ['function', 'LOAN_RENEWED']]);
  },
);

test('an older Node is told which one the gateway needs', async (context) => {
  expect(project.manifestOf('@patron-graph/gateway').engines.node).toBe('>=24');
  const node = otherNode();
  const { stdout } = node === null ? { stdout: '' } : await promisify(execFile)(node, ['--version']);
  if (node === null || Number.parseInt(stdout.slice(1), 10) >= 24) {
    context.skip('no older Node on PATH');
    return;
  }
  const refused = await promisify(execFile)(node, [command, '--help'], { cwd: project.folder }).catch(
    (error: { readonly code?: number; readonly stderr?: string }) => error,
  );
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringMatching(/needs Node 24 or newer/) });
});

test('a link to a file that a package lacks becomes its text', () => {
  const text =
    'See [the runbook](runbook.md#x), [hooks](hooks.md), [this](#here) and [that](https://example.org/).';
  expect(withoutDeadLinks(text, 'docs/page.md', new Set(['docs/hooks.md']))).toBe(
    'See the runbook, [hooks](hooks.md), [this](#here) and [that](https://example.org/).',
  );
});
