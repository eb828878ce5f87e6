/**
 * `npm run bench:live` measures open streams: the memory of each in the heap, and the CPU time of each event that a client gets. Our gateway is
 * beside a server that was written by hand around graphql-sse, and beside Hive Gateway. The gateways get the events from that
 * same server. At the end, all clients of ours come back within ten seconds while queries go on.
 *
 * Environment:
 * - `STREAMS` (10000): open streams. The machine must allow two files for each (`ulimit -n`), and four for Hive Gateway's.
 * - `EVENTS` (20): events on each stream, in each of `ROUNDS`.
 * - `ROUNDS` (5): the result is the least of them, because other load on the machine can only add to it.
 * - `ONLY`: names of servers, separated by commas.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { machineAndDay, quantile, tableHead, tableRow } from '../measured/figures.ts';
import { installPeers } from '../measured/install-peers.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { Readers } from './readers.ts';

const streams = Number(process.env.STREAMS ?? 10_000);
const events = Number(process.env.EVENTS ?? 20);
const rounds = Number(process.env.ROUNDS ?? 5);
const only = process.env.ONLY?.split(',');
const isWanted = (name: string) => only === undefined || only.includes(name);
const here = import.meta.dirname;
const peers = join(here, '../gateway/peers');
/** Time over which all clients come back, in ms. */
const comeBackMs = 10_000;

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.3")
  type Query { one: Int }
  type Subscription { tick: Int }
`;

function supergraphOf(url: string): string {
  const result = composeServices([{ name: 'ticks', url: `${url}/graphql`, typeDefs: parse(sdl) }]);
  if (compositionHasErrors(result)) {
    throw new Error(result.errors.map(({ message }) => message).join('\n'));
  }
  return result.supergraphSdl;
}

interface Figures {
  readonly name: string;
  readonly kbOfStream: number;
  readonly usOfEvent: number;
}

const tick = async (url: string, count: number): Promise<void> => {
  const response = await fetch(`${url}/tick?count=${count}`, { method: 'POST' });
  await response.text();
};

async function measure(server: Measured, source: string): Promise<Figures> {
  const readers = new Readers(server.url);
  await readers.open(Math.min(100, streams));
  await tick(source, 5);
  await readers.expect(5 * Math.min(100, streams));
  await readers.close();
  const before = await server.memory();
  const counted = new Readers(server.url);
  await counted.open(streams);
  const kbOfStream = ((await server.memory()) - before) / 1024 / streams;
  const costs: number[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const cpu = await server.cpu();
    await tick(source, events);
    await counted.expect(round * events * streams);
    costs.push(((await server.cpu()) - cpu) / (events * streams));
  }
  await counted.close();
  return { name: server.name, kbOfStream, usOfEvent: Math.min(...costs) };
}

/** All clients come back while queries go on. Returns the times of the queries in ms. */
async function comeBack(server: Measured): Promise<readonly number[]> {
  const readers = new Readers(server.url);
  await readers.open(streams);
  await readers.close();
  const times: number[] = [];
  let goesOn = true;
  const query = async () => {
    while (goesOn) {
      const begun = performance.now();
      await server.ask('{ one }');
      times.push(performance.now() - begun);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const querying = query();
  await readers.open(streams, comeBackMs);
  goesOn = false;
  await querying;
  await readers.close();
  return times;
}

await using resources = new AsyncDisposableStack();
const source = resources.use(await startMeasured('by hand', join(here, 'ticks.ts'), (port) => [`${port}`]));
const { path: folder } = resources.use(await openTemporaryFolder());
const supergraph = join(folder, 'supergraph.graphql');
await writeFile(supergraph, supergraphOf(source.url));
const config = join(folder, 'gateway.config.ts');
await writeFile(config, "export default { subgraphs: { ticks: { subscriptions: { protocol: 'sse' } } } };\n");
const hive = join(peers, 'node_modules/@graphql-hive/gateway/dist/bin.js');
const hiveConfig = join(peers, 'hive.live.config.mjs');

const measured: Figures[] = [];
if (isWanted('by hand')) {
  measured.push(await measure(source, source.url));
}
let times: readonly number[] = [];
if (isWanted('patron-graph')) {
  const ours = await startMeasured(
    'patron-graph',
    join(here, '../../../gateway/main.ts'),
    (port) => ['--supergraph', supergraph, '--config', config, '--port', `${port}`],
    () => ({ TRUSTED_PROXIES: '127.0.0.1', WORKERS: '1' }),
  );
  measured.push(await measure(ours, source.url));
  times = await comeBack(ours);
  await ours[Symbol.asyncDispose]();
}
if (isWanted('hive-gateway')) {
  installPeers(peers);
  await using peer = await startMeasured('hive-gateway', hive, (port) => [
    ...['supergraph', supergraph, '-c', hiveConfig, '-h', '127.0.0.1', '-p', `${port}`],
  ]);
  measured.push(await measure(peer, source.url));
}

const ms = (share: number) => quantile(times, share).toFixed(1);
const lines = [
  `${streams} streams, ${events} events in each of ${rounds} rounds, ${machineAndDay()}`,
  '',
  tableHead(['', 'heap of a stream, kB', 'CPU of an event, µs']),
  ...measured.map(({ name, kbOfStream, usOfEvent }) =>
    tableRow([name, kbOfStream.toFixed(1), usOfEvent.toFixed(1)]),
  ),
  '',
  times.length === 0
    ? ''
    : `While all came back within ten seconds, ${times.length} queries took ${ms(0.5)} ms (median), ${ms(0.99)} ms (p99), ${ms(1)} ms (longest).`,
];
process.stdout.write(`${lines.join('\n')}\n`);
