/**
 * `npm run bench:traces`: what traces cost. The CPU time of a request without them, with a tenth of the traces recorded, and with
 * all, each in a process of its own: of the gateway alone over two small subgraphs, and of our whole graph in one process, with
 * its simulators. In every round each request goes to all of them, one after another. Of the costs, the least of all rounds is
 * printed, because other load can only add to it; what a way adds is the median of the rounds, with the quartiles.
 *
 * Environment: `ROUNDS` (15), `REQUESTS` (small ones a round, 2000; a fifth as many of the main query), `BEFORE` (the folder of
 * another checkout, which is measured without traces, as *before*).
 */

import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { freePorts } from '../../support/processes.ts';
import { composeGraph } from '../gateway/compose.ts';
import { graph } from '../gateway/graph.ts';
import { addedCost, cpuOfEach, type Round } from '../gateway/paired.ts';
import { type Measured, startMeasured, startTelling } from '../gateway/processes.ts';
import { queries } from '../gateway/queries.ts';

const rounds = Number(process.env.ROUNDS ?? 15);
const requests = Number(process.env.REQUESTS ?? 2000);
/** Unmeasured rounds, in which V8 compiles. */
const warmUp = 5;
/** Requests that are under way at a time. */
const lanes = 8;
/** Time between two exports, in ms: shorter than by default, so that a round need not wait for seconds. */
const exportDelayMs = 1_000;
/** Time for the spans of a round to be exported, within what is measured, in ms. */
const exportMs = exportDelayMs + 200;

const root = join(import.meta.dirname, '../../..');
const { BEFORE: before } = process.env;
const mainQuery = `query Main { me {
  name { english chinese } status libraryCardNumber credentials { libraryCardNumber status }
  loanQuota { limit used remaining } loans(first: 10) { edges { node { item { title } dueOn } } }
} }`;

await using resources = new AsyncDisposableStack();
const endpoint = await startCollector();

/** A process that is measured: of which checkout, and with which variables. */
interface Way {
  readonly name: string;
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  /** One of so many requests is recorded. The client decides, so that it is exactly the share, in every round. */
  readonly recordsEvery: number | null;
}

const ways: readonly Way[] = [
  ...(before === undefined ? [] : [{ name: 'before', root: before, env: {}, recordsEvery: null }]),
  { name: 'off', root, env: {}, recordsEvery: null },
  { name: 'a tenth', root, env: tracing(), recordsEvery: 10 },
  { name: 'all', root, env: tracing(), recordsEvery: 1 },
];

function tracing(): NodeJS.ProcessEnv {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: `${exportDelayMs}`,
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  };
}

/** Takes spans, and does nothing with them. */
async function startCollector(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end());
  }).listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  resources.defer(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-traces-'));
  resources.defer(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** A way to ask, in each of the processes. */
interface Subject {
  readonly name: string;
  readonly requests: number;
  readonly processes: ReadonlyMap<Way, Measured>;
  ask(process: Measured, headers: Readonly<Record<string, string>>): Promise<string>;
}

async function startEach(start: (way: Way) => Promise<Measured>): Promise<ReadonlyMap<Way, Measured>> {
  const processes = new Map<Way, Measured>();
  for (const way of ways) {
    processes.set(way, resources.use(await start(way)));
  }
  return processes;
}

async function gatewaySubjects(): Promise<readonly Subject[]> {
  const urls: Record<string, string> = {};
  for (const name of Object.keys(graph)) {
    const { url, child } = await startTelling('subgraph.ts', name);
    resources.defer(() => void child.kill());
    urls[name] = url;
  }
  const file = join(temporaryFolder(), 'supergraph.graphql');
  writeFileSync(file, composeGraph(urls));
  const args = (port: number) => ['--supergraph', file, '--port', `${port}`];
  const processes = await startEach((way) =>
    startMeasured(way.name, join(way.root, 'gateway/main.ts'), args, () => way.env),
  );
  return (['one fetch', 'two hops'] as const).map((name) => ({
    name: `the gateway alone, ${name}`,
    requests,
    processes,
    ask: (process, headers) => process.ask(queries[name], { branch: 1 }, headers),
  }));
}

async function graphSubject(): Promise<Subject> {
  const tokens = new Map<Measured, string>();
  const processes = await startEach(async (way) => {
    // Another checkout may have other tables.
    const dataDir = temporaryFolder();
    const issuer = await openDevelopmentIssuer(dataDir);
    const env = { NODE_ENV: 'test', DATA_DIR: dataDir, RATES: 'off', ...freePorts, ...way.env };
    const file = join(way.root, 'embedded/main.ts');
    const measured = await startMeasured(
      way.name,
      file,
      () => [],
      (port) => ({ ...env, PORT: `${port}` }),
    );
    tokens.set(measured, await issuer.sign({ subject: 'reader', patronId: 'P0000001' }, 24 * 60 * 60));
    return measured;
  });
  return {
    name: 'the whole graph in one process, the main query',
    requests: Math.ceil(requests / 5),
    processes,
    async ask(process, headers) {
      const authorization = `Bearer ${tokens.get(process)}`;
      const answer = await process.ask(mainQuery, {}, { authorization, ...headers });
      if (answer.includes('"errors"')) {
        throw new Error(answer);
      }
      return answer;
    },
  };
}

/** Begins a trace, as a client does. */
function traceHeaders(way: Way | undefined, request: number): Readonly<Record<string, string>> {
  const recordsEvery = way?.recordsEvery ?? null;
  if (recordsEvery === null) {
    return {};
  }
  const isRecorded = request % recordsEvery === 0;
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceparent: `00-${traceId}-${spanId}-${isRecorded ? '01' : '00'}` };
}

async function measure({ name: subject, requests: count, processes, ask }: Subject): Promise<string> {
  const figures = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  const wayOf = new Map([...processes].map(([way, measured]) => [measured, way]));
  const round: Round<Measured> = {
    requests: count,
    lanes,
    restMs: exportMs,
    ask: (measured, _lane, left) => ask(measured, traceHeaders(wayOf.get(measured), left)),
  };
  for (let number = -warmUp; number < rounds; number += 1) {
    const costs = await cpuOfEach([...processes.values()], round);
    if (number >= 0) {
      for (const [index, { name: way }] of [...processes.keys()].entries()) {
        figures.get(way)?.push(costs[index] ?? Number.NaN);
      }
    }
  }
  const least = (name: string) => Math.min(...(figures.get(name) ?? []));
  const added = (name: string, to: string) => addedCost(figures.get(name) ?? [], figures.get(to) ?? []);
  const cells = [
    ...ways.map(({ name }) => least(name).toFixed(0)),
    ...(before === undefined ? [] : [added('off', 'before')]),
    added('a tenth', 'off'),
    added('all', 'off'),
  ];
  return `| ${[subject, ...cells].join(' | ')} |`;
}

const subjects = [...(await gatewaySubjects()), await graphSubject()];
const heads = [
  'CPU a request, µs',
  ...ways.map(({ name }) => name),
  ...(before === undefined ? [] : ['off adds to before']),
  'a tenth adds',
  'all add',
];
const lines = [`| ${heads.join(' | ')} |`, `|${heads.map(() => '---|').join('')}`];
for (const subject of subjects) {
  lines.push(await measure(subject));
}
const machine = `Node ${process.version}, ${availableParallelism()} cores (${cpus()[0]?.model.trim()})`;
process.stdout.write(`${rounds} rounds, ${machine}, ${new Date().toISOString().slice(0, 10)}\n\n`);
process.stdout.write(`${lines.join('\n')}\n`);
