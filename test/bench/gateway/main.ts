/**
 * `npm run bench:gateway` measures the CPU time of a request in our gateway, in other gateways, and in a handler with
 * hand-written fetches. All use the same subgraphs, each in a process of its own. Every round measures all of them in
 * turn. The result is the minimum of all rounds, because other load on the machine can only add to it. The first run
 * installs the other gateways, only in `peers/`.
 *
 * Environment:
 * - `STARTS` (1): how often all gateways are started anew, because V8 compiles the same code differently each time.
 * - `ROUNDS` (15): rounds of each start.
 * - `REQUESTS` (2000): small requests per round. There are a tenth as many heavy requests.
 * - `ONLY`: names of gateways, separated by commas.
 * - `BEFORE`: the folder of another checkout. Its gateway and ours get each request in turns. The table then has the
 *   added cost of ours: the median and quartiles of the rounds. On a busy machine, many short rounds are best. To
 *   decide whether a change costs something, take `STARTS=10 ROUNDS=10 REQUESTS=200`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { checkouts, fileIn } from '../measured/checkouts.ts';
import { addedCost, machineAndDay, tableHead, tableRow } from '../measured/figures.ts';
import { cpuOfEach } from '../measured/paired.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { branches } from './graph.ts';
import { type QueryName, queries } from './queries.ts';
import { type RunningSubgraphs, startSubgraphs } from './start-subgraphs.ts';

const starts = Number(process.env.STARTS ?? 1);
const rounds = Number(process.env.ROUNDS ?? 15);
const requests = Number(process.env.REQUESTS ?? 2000);
const only = process.env.ONLY?.split(',');
const isWanted = (name: string) => only === undefined || only.includes(name) || name === before;
/** The number of unmeasured rounds of each query, in which V8 compiles. */
const warmUp = 10;
const ours = 'patron-graph';
const before = 'before';
const handWritten = 'by hand';
const here = import.meta.dirname;
const peers = join(here, 'peers');

function installPeers(): void {
  if (!existsSync(join(peers, 'node_modules'))) {
    process.stderr.write('installing the peers, once\n');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: peers,
      stdio: 'ignore',
    });
  }
}

/** Starts the gateways one after another. If they started at the same time, they would compete for two cores. */
async function startGateways(
  { urls, supergraph }: RunningSubgraphs,
  resources: AsyncDisposableStack,
): Promise<Measured[]> {
  const address = JSON.stringify(urls);
  const hive = join(peers, 'node_modules/@graphql-hive/gateway/dist/bin.js');
  const hiveArgs = ['supergraph', supergraph, '--hive-router-runtime', '-c', join(peers, 'hive.config.mjs')];
  const starters: readonly (readonly [string, string, (port: number) => readonly string[]])[] = [
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
      gateways.push(resources.use(await startMeasured(name, file, args)));
    }
  }
  return gateways;
}

/**
 * Returns the size of an answer in bytes.
 * @throws Error if two gateways answer differently, or if an answer has errors
 */
async function compareAnswers(gateways: readonly Measured[], query: string): Promise<number> {
  const texts = await Promise.all(gateways.map((gateway) => gateway.ask(query, { branch: 1 })));
  const [first, ...rest] = texts.map((text) => JSON.parse(text) as { data?: unknown; errors?: unknown });
  for (const [n, answer] of [first, ...rest].entries()) {
    if (answer?.errors !== undefined || answer?.data == null) {
      throw new Error(`${gateways[n]?.name} has errors: ${texts[n]?.slice(0, 500)}`);
    }
    if (!isDeepStrictEqual(answer, first)) {
      throw new Error(`${gateways[n]?.name} answers other than ${gateways[0]?.name}: ${query}`);
    }
  }
  return Buffer.byteLength(texts[0] ?? '');
}

/**
 * Groups of gateways that are measured together. Our gateway and the gateway of `BEFORE` are one group, so that other
 * load on the machine affects both.
 */
function groupsOf(gateways: readonly Measured[]): readonly (readonly Measured[])[] {
  const isCompared = ({ name }: Measured) => name === ours || name === before;
  const alone = gateways.filter((gateway) => !isCompared(gateway)).map((gateway) => [gateway]);
  return [...alone, gateways.filter(isCompared)];
}

/** The cost of a request in each round, in µs, by gateway. */
type Costs = ReadonlyMap<string, readonly number[]>;

async function measure(gateways: readonly Measured[], name: QueryName): Promise<Costs> {
  const query = queries[name];
  const count = name === 'heavy' ? Math.ceil(requests / 10) : requests;
  const bytes = await compareAnswers(gateways, query);
  process.stderr.write(`${name}: ${bytes} bytes, the same from all\n`);
  const figures = new Map(gateways.map((gateway) => [gateway.name, [] as number[]]));
  const groups = groupsOf(gateways);
  const ask = (gateway: Measured, lane: number) => gateway.ask(query, { branch: branches[lane] });
  const cpuOf = (group: readonly Measured[], requests: number) =>
    cpuOfEach(group, { requests, lanes: branches.length, ask });
  for (const group of groups) {
    await cpuOf(group, warmUp * count);
  }
  for (let round = 0; round < rounds; round++) {
    for (const group of groups) {
      for (const [index, cost] of (await cpuOf(group, count)).entries()) {
        figures.get(group[index]?.name ?? '')?.push(cost);
      }
    }
  }
  return figures;
}

function report(measured: ReadonlyMap<QueryName, Costs>): string {
  const names = [...measured.keys()];
  const gateways = [...(measured.get('heavy')?.keys() ?? [])];
  const costsOf = (name: QueryName, gateway: string) => measured.get(name)?.get(gateway) ?? [];
  const of = (name: QueryName, gateway: string) => Math.min(...costsOf(name, gateway));
  const lines = [
    tableHead(['CPU per request, µs', ...names]),
    ...gateways.map((gateway) => tableRow([gateway, ...names.map((name) => of(name, gateway).toFixed(0))])),
  ];
  if (gateways.includes(before)) {
    const added = (name: QueryName) => addedCost(costsOf(name, ours), costsOf(name, before));
    lines.push(tableRow(['ours costs more than before', ...names.map(added)]));
  }
  const others = gateways.filter((gateway) => ![ours, before, handWritten].includes(gateway));
  const ratio = (what: string, to: (name: QueryName) => number, goal: (name: QueryName) => string) =>
    tableRow([
      what,
      ...names.map((name) => `${(of(name, ours) / to(name)).toFixed(3)} (at most ${goal(name)})`),
    ]);
  if (others.length > 0) {
    const best = (name: QueryName) => Math.min(...others.map((peer) => of(name, peer)));
    lines.push(ratio('ours to the best peer', best, (name) => (name === 'heavy' ? '0.2' : '0.143')));
  }
  if (gateways.includes(handWritten)) {
    const byHand = (name: QueryName) => of(name, handWritten);
    lines.push(ratio('ours to the hand-written', byHand, (name) => (name === 'heavy' ? '1.3' : '1.5')));
  }
  return lines.join('\n');
}

if (['hive-gateway', '@apollo/gateway'].some(isWanted)) {
  installPeers();
}
await using resources = new AsyncDisposableStack();
const subgraphs = await startSubgraphs(resources);
const measured = new Map<QueryName, Map<string, number[]>>();
for (let start = 0; start < starts; start++) {
  await using processes = new AsyncDisposableStack();
  const gateways = await startGateways(subgraphs, processes);
  for (const name of Object.keys(queries) as QueryName[]) {
    const ofAllStarts = measured.get(name) ?? new Map<string, number[]>();
    for (const [gateway, costs] of await measure(gateways, name)) {
      ofAllStarts.set(gateway, [...(ofAllStarts.get(gateway) ?? []), ...costs]);
    }
    measured.set(name, ofAllStarts);
  }
}
process.stdout.write(`The least of ${starts * rounds} rounds, ${machineAndDay()}\n\n${report(measured)}\n`);
