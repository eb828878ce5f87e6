/**
 * `npm run bench:traces` measures the CPU time of a request without traces, with a tenth of the traces recorded, and
 * with all of them. Each of these ways has a process of its own. The benchmark measures the gateway alone with two
 * queries, and our whole graph in one process with its simulators. In every round, each request goes to all processes,
 * one after another. The table has the minimum cost of all rounds, because other load can only add to it. It also has
 * the added cost of traces: the median and quartiles of the rounds.
 *
 * Environment:
 * - `ROUNDS` (15).
 * - `REQUESTS` (2000): small requests per round. There are a fifth as many requests of the main query.
 * - `BEFORE`: the folder of another checkout. It is measured without traces, under the name *before*.
 */
import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { freePorts } from '../../support/processes.ts';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { queries } from '../gateway/queries.ts';
import { startSubgraphs } from '../gateway/start-subgraphs.ts';
import { type Checkout, checkouts, fileIn, isComparison } from '../measured/checkouts.ts';
import { addedCost, machineAndDay, tableHead, tableRow } from '../measured/figures.ts';
import { cpuOfEach, type Round } from '../measured/paired.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';

const rounds = Number(process.env.ROUNDS ?? 15);
const requests = Number(process.env.REQUESTS ?? 2000);
/** The number of unmeasured rounds, in which V8 compiles. */
const warmUp = 5;
/** The number of concurrent requests. */
const lanes = 8;
/** The time between two exports, in ms. It is shorter than the default, so that a round doesn't wait for seconds. */
const exportDelayMs = 1_000;
/** The time for the export of a round's spans, in ms. It is measured, too. */
const exportMs = exportDelayMs + 200;

const mainQuery = `query Main { me {
  name { english chinese } status libraryCardNumber credentials { libraryCardNumber status }
  loanQuota { limit used remaining } loans(first: 10) { edges { node { item { title } dueOn } } }
} }`;

await using resources = new AsyncDisposableStack();
/** A collector that accepts spans and discards them. */
const { origin: endpoint } = resources.use(
  await listenOnLoopback(
    createServer((request, response) => void request.resume().on('end', () => response.end())),
  ),
);

/** A way to run a measured process, with its checkout and its variables. */
interface Way {
  readonly name: string;
  readonly checkout: Checkout;
  readonly env: NodeJS.ProcessEnv;
  /**
   * One request in this number is recorded; null if none is. The client decides this, so that every round has exactly
   * this share.
   */
  readonly recordsEvery: number | null;
}

const ways: readonly Way[] = checkouts.flatMap((checkout): Way[] =>
  checkout.name === 'before'
    ? [{ name: 'before', checkout, env: {}, recordsEvery: null }]
    : [
        { name: 'off', checkout, env: {}, recordsEvery: null },
        { name: 'a tenth', checkout, env: tracing(), recordsEvery: 10 },
        { name: 'all', checkout, env: tracing(), recordsEvery: 1 },
      ],
);

function tracing(): NodeJS.ProcessEnv {
  return {
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_BSP_SCHEDULE_DELAY: `${exportDelayMs}`,
    OTEL_BSP_MAX_QUEUE_SIZE: '100000',
  };
}

/** A kind of request, and the processes that get it. */
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
  const { supergraph } = await startSubgraphs(resources);
  const args = (port: number) => ['--supergraph', supergraph, '--port', `${port}`];
  const processes = await startEach(({ name, checkout, env }) =>
    startMeasured(name, fileIn(checkout, 'gateway/main.ts'), args, () => env),
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
    // Each process has a folder of its own, because another checkout may have other tables.
    const { path: dataDir } = resources.use(await openTemporaryFolder());
    const issuer = await openDevelopmentIssuer(dataDir);
    const env = { NODE_ENV: 'test', DATA_DIR: dataDir, RATES: 'off', ...freePorts, ...way.env };
    const file = fileIn(way.checkout, 'embedded/main.ts');
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

/** The headers with which a client begins a trace. */
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
    ...(isComparison ? [added('off', 'before')] : []),
    added('a tenth', 'off'),
    added('all', 'off'),
  ];
  return tableRow([subject, ...cells]);
}

const subjects = [...(await gatewaySubjects()), await graphSubject()];
const heads = [
  'CPU per request, µs',
  ...ways.map(({ name }) => name),
  ...(isComparison ? ['off adds to before'] : []),
  'a tenth adds',
  'all add',
];
const lines = [tableHead(heads)];
for (const subject of subjects) {
  lines.push(await measure(subject));
}
process.stdout.write(`${rounds} rounds, ${machineAndDay()}\n\n${lines.join('\n')}\n`);
