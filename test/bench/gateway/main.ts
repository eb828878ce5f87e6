/**
 * `npm run bench:gateway` measures the CPU time of a request in our gateway, in other gateways, in a handler with
 * hand-written fetches, and in the floor: the least work with which the requests can be answered. All use the same
 * subgraphs, each in a process of its own. Everything is on, also the log. For each kind of request and each start, all
 * processes are new. Ours and the hand-written ones get each request in turns, so that other load on the machine affects
 * all of them. The figures are medians. The first run installs the other gateways, only in `peers/`.
 *
 * Environment:
 * - `STARTS` (3): how often all processes are started again, because V8 compiles the same code differently each time.
 * - `ROUNDS` (6): rounds of each start.
 * - `MS` (1000): the length of a round for each process. Half a second before the rounds of a start is not measured.
 * - `ONLY`: names of gateways, separated by commas.
 * - `KINDS`: kinds of requests, separated by semicolons.
 * - `BEFORE`: the folder of another checkout, whose gateway is measured, too. The table then has the added cost of ours:
 *   the median and quartiles of the rounds. To decide whether a change costs something, take `STARTS=10`.
 */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkouts, fileIn } from '../measured/checkouts.ts';
import { addedCost, machineAndDay, quantile, ratiosOf, tableHead, tableRow } from '../measured/figures.ts';
import { installPeers } from '../measured/install-peers.ts';
import { cpuOfEach } from '../measured/paired.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { branches } from './graph.ts';
import { queries, type RequestKind, requestKinds } from './queries.ts';
import { type RunningSubgraphs, startSubgraphs } from './start-subgraphs.ts';

const starts = Number(process.env.STARTS ?? 3);
const rounds = Number(process.env.ROUNDS ?? 6);
const roundMs = Number(process.env.MS ?? 1000);
const only = process.env.ONLY?.split(',');
const isWanted = (name: string) => only === undefined || only.includes(name) || name === before;
const kinds = (Object.keys(requestKinds) as RequestKind[]).filter(
  (kind) => process.env.KINDS === undefined || process.env.KINDS.split(';').includes(kind),
);
/** The time at the beginning that is not measured, for each process, in ms. V8 compiles meanwhile. */
const warmUpMs = 500;
const ours = 'patron-graph';
const before = 'before';
const handWritten = 'by hand';
const floor = 'floor';
/** The largest ratio of ours to the floor. */
const goals: Readonly<Record<RequestKind, number>> = {
  'one fetch': 1.4,
  'two hops': 1.3,
  heavy: 1.35,
  'heavy, compressed': 1.3,
};
const here = import.meta.dirname;
const peers = join(here, 'peers');

/** Starts the gateways one after another. If they started at the same time, they would compete for two cores. */
async function startGateways(
  { urls, supergraph, folder }: RunningSubgraphs,
  resources: AsyncDisposableStack,
): Promise<Measured[]> {
  const address = JSON.stringify(urls);
  const hive = join(peers, 'node_modules/@graphql-hive/gateway/dist/bin.js');
  const hiveArgs = ['supergraph', supergraph, '--hive-router-runtime', '-c', join(peers, 'hive.config.mjs')];
  const starters: readonly (readonly [string, string, (port: number) => readonly string[]])[] = [
    [floor, join(here, 'floor.ts'), (port) => [`${port}`, address]],
    [handWritten, join(here, 'hand-written.ts'), (port) => [`${port}`, address]],
    ...checkouts.map(
      (checkout) =>
        [
          checkout.name === before ? before : ours,
          fileIn(checkout, 'gateway/main.ts'),
          (port: number) => ['--supergraph', supergraph, '--port', `${port}`],
        ] as const,
    ),
    ['hive-gateway', hive, (port) => [...hiveArgs, '-h', '127.0.0.1', '-p', `${port}`]],
    ['@apollo/gateway', join(peers, 'apollo.mjs'), (port) => [supergraph, `${port}`]],
  ];
  const gateways: Measured[] = [];
  for (const [name, file, args] of starters) {
    if (isWanted(name)) {
      const log = join(folder, `${name.replace('/', '-')}.log`);
      gateways.push(resources.use(await startMeasured(name, file, args, undefined, log)));
    }
  }
  return gateways;
}

type Ask = (gateway: Measured, lane: number) => Promise<string>;

/**
 * Returns the size of an answer in bytes.
 * @throws Error if two gateways answer differently, or if an answer has errors
 */
async function compareAnswers(gateways: readonly Measured[], ask: Ask): Promise<number> {
  const texts = await Promise.all(gateways.map((gateway) => ask(gateway, 1)));
  const [first, ...rest] = texts.map((text) => JSON.parse(text) as { data?: unknown; errors?: unknown });
  for (const [n, answer] of [first, ...rest].entries()) {
    if (answer?.errors !== undefined || answer?.data == null) {
      throw new Error(`${gateways[n]?.name} has errors: ${texts[n]?.slice(0, 500)}`);
    }
    if (!isDeepStrictEqual(answer, first)) {
      throw new Error(`${gateways[n]?.name} answers other than ${gateways[0]?.name}: ${texts[n]}`);
    }
  }
  return Buffer.byteLength(texts[0] ?? '');
}

/** Groups of gateways that get each request in turns. Each peer is alone: beside it, the others would hardly be asked. */
function groupsOf(gateways: readonly Measured[]): readonly (readonly Measured[])[] {
  const isCompared = ({ name }: Measured) => [ours, before, handWritten, floor].includes(name);
  const alone = gateways.filter((gateway) => !isCompared(gateway)).map((gateway) => [gateway]);
  return [...alone, gateways.filter(isCompared)].filter((group) => group.length > 0);
}

/** The cost of a request in each round, in µs, by gateway. */
type Costs = Map<string, number[]>;

/** Adds the costs of one start. */
async function measure(gateways: readonly Measured[], kind: RequestKind, costs: Costs): Promise<void> {
  const { query, headers } = requestKinds[kind];
  const ask: Ask = (gateway, lane) => gateway.ask(queries[query], { branch: branches[lane] }, headers);
  const bytes = await compareAnswers(gateways, ask);
  process.stderr.write(`${kind}: ${bytes} bytes, the same from all\n`);
  const cpuOf = (group: readonly Measured[], ms: number) =>
    cpuOfEach(group, {
      requests: Number.POSITIVE_INFINITY,
      ms: ms * group.length,
      lanes: branches.length,
      ask,
    });
  for (const group of groupsOf(gateways)) {
    await cpuOf(group, warmUpMs);
    for (let round = 0; round < rounds; round++) {
      for (const [index, cost] of (await cpuOf(group, roundMs)).entries()) {
        const name = group[index]?.name ?? '';
        costs.set(name, [...(costs.get(name) ?? []), cost]);
      }
    }
  }
}

function report(measured: ReadonlyMap<RequestKind, Costs>): string {
  const gateways = [...(measured.values().next().value?.keys() ?? [])];
  const costsOf = (kind: RequestKind, gateway: string) => measured.get(kind)?.get(gateway) ?? [];
  const median = (kind: RequestKind, gateway: string) => quantile(costsOf(kind, gateway), 0.5);
  const row = (what: string, figure: (kind: RequestKind) => string) =>
    tableRow([what, ...kinds.map((kind) => figure(kind))]);
  const lines = [
    tableHead(['CPU per request, µs', ...kinds]),
    ...gateways.map((gateway) => row(gateway, (kind) => median(kind, gateway).toFixed(0))),
  ];
  const toFloor = (kind: RequestKind, gateway: string) =>
    quantile(ratiosOf(costsOf(kind, gateway), costsOf(kind, floor)), 0.5).toFixed(2);
  for (const gateway of [before, handWritten, ours]) {
    if (gateways.includes(gateway) && gateways.includes(floor)) {
      const goal = (kind: RequestKind) => (gateway === ours ? ` (at most ${goals[kind]})` : '');
      lines.push(row(`${gateway} to the floor`, (kind) => `${toFloor(kind, gateway)}${goal(kind)}`));
    }
  }
  if (gateways.includes(before) && gateways.includes(ours)) {
    const added = (kind: RequestKind) => addedCost(costsOf(kind, ours), costsOf(kind, before));
    lines.push(row('ours costs more than before', added));
  }
  const peers = gateways.filter((gateway) => ![ours, before, handWritten, floor].includes(gateway));
  if (peers.length > 0) {
    const best = (kind: RequestKind) => Math.min(...peers.map((peer) => median(kind, peer)));
    const ratio = (kind: RequestKind) => (median(kind, ours) / best(kind)).toFixed(3);
    const goal = (kind: RequestKind) => (kind.startsWith('heavy') ? '0.2' : '0.143');
    lines.push(row('ours to the best peer', (kind) => `${ratio(kind)} (at most ${goal(kind)})`));
  }
  return lines.join('\n');
}

if (['hive-gateway', '@apollo/gateway'].some(isWanted)) {
  installPeers(peers);
}
await using resources = new AsyncDisposableStack();
const subgraphs = await startSubgraphs(resources);
const measured = new Map<RequestKind, Costs>(kinds.map((kind) => [kind, new Map()]));
for (let start = 0; start < starts; start++) {
  for (const [kind, costs] of measured) {
    await using processes = new AsyncDisposableStack();
    await measure(await startGateways(subgraphs, processes), kind, costs);
  }
}
const what = `Medians of ${starts} starts with ${rounds} rounds of ${roundMs} ms`;
process.stdout.write(`${what}, ${machineAndDay()}\n\n${report(measured)}\n`);
