/**
 * `npm run bench:tail` measures how long a client waits for our gateway and for the floor when requests arrive at fixed
 * times, at half the rate that the floor can serve. The table has the median, the 99th percentile and the longest turn
 * of the event loop. In the last case both queries arrive, and the times are those of the small one: a large answer
 * must not hold up small ones. The processes are asked in turns, a window each. Each figure is the median of the windows:
 * one moment in which the machine had other work would decide the 99th percentile of all.
 *
 * Environment: `WINDOWS` (8) of each process, `SECONDS` (3) of a window, `BEFORE`, the folder of another checkout, and
 * `ARRIVALS`, for example `1000,600,100`: the requests a second of each kind, in place of half of what the floor can serve.
 * A machine with other work can serve less in the next minute, and then the figures would tell how long the queue was.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkouts, fileIn } from '../measured/checkouts.ts';
import { machineAndDay, quantile, ratiosOf, tableHead, tableRow } from '../measured/figures.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { branches } from './graph.ts';
import { queries, type RequestKind, requestKinds } from './queries.ts';
import { startSubgraphs } from './start-subgraphs.ts';

const windows = Number(process.env.WINDOWS ?? 8);
const windowMs = Number(process.env.SECONDS ?? 3) * 1000;
/** The time at the beginning in which V8 compiles, in ms. */
const warmUpMs = 2000;

/** Requests of one kind that arrive at fixed times. */
interface Arrivals {
  readonly kind: RequestKind;
  readonly perSecond: number;
}

function ask(server: Measured, kind: RequestKind, n: number): Promise<string> {
  const { query, headers } = requestKinds[kind];
  return server.ask(queries[query], { branch: branches[n % branches.length] }, headers);
}

/** The number of requests that a process can serve in a second, with twenty-four of them in progress. */
async function throughput(server: Measured, kind: RequestKind, ms: number): Promise<number> {
  const end = performance.now() + ms;
  let answered = 0;
  const lane = async (n: number) => {
    while (performance.now() < end) {
      await ask(server, kind, n);
      answered += 1;
    }
  };
  await Promise.all(branches.map(lane));
  return (answered * 1000) / ms;
}

/** Sends requests for some time, whether or not the earlier ones are answered. Resolves to their times, in ms. */
async function timesOf(server: Measured, { kind, perSecond }: Arrivals, ms: number): Promise<number[]> {
  const startedAt = performance.now();
  const times: number[] = [];
  const open: Promise<void>[] = [];
  const send = async (n: number) => {
    const sentAt = performance.now();
    await ask(server, kind, n);
    times.push(performance.now() - sentAt);
  };
  for (let passed = 0; passed < ms; passed = performance.now() - startedAt) {
    while (open.length < (passed * perSecond) / 1000) {
      open.push(send(open.length));
    }
    await setTimeout(1);
  }
  await Promise.all(open);
  return times;
}

/** The figures of one process in each window, in ms. */
interface Waits {
  readonly median: number[];
  readonly p99: number[];
  readonly longestTurn: number[];
}

/** The largest 99th percentile, as a multiple of the floor's. */
const goal = 1.5;

/** Measures all processes in turns. The times are those of the first arrivals. */
async function measure(
  servers: readonly Measured[],
  [first, ...beside]: readonly [Arrivals, ...Arrivals[]],
): Promise<readonly Waits[]> {
  const waits = servers.map((server) => ({ server, found: newWaits() }));
  for (let window = 0; window < windows; window++) {
    for (const { server, found } of window % 2 === 0 ? waits : waits.toReversed()) {
      await server.longestTurn();
      const [times] = await Promise.all([
        timesOf(server, first, windowMs),
        ...beside.map((arrivals) => timesOf(server, arrivals, windowMs)),
      ]);
      found.median.push(quantile(times, 0.5));
      found.p99.push(quantile(times, 0.99));
      found.longestTurn.push(await server.longestTurn());
    }
  }
  return waits.map(({ found }) => found);
}

const newWaits = (): Waits => ({ median: [], p99: [], longestTurn: [] });

await using resources = new AsyncDisposableStack();
const { urls, supergraph, folder } = await startSubgraphs(resources);
const starters: readonly (readonly [string, string, (port: number) => readonly string[]])[] = [
  ['floor', join(import.meta.dirname, 'floor.ts'), (port) => [`${port}`, JSON.stringify(urls)]],
  ...checkouts.map(
    (checkout) =>
      [
        checkout.name,
        fileIn(checkout, 'gateway/main.ts'),
        (port: number) => ['--supergraph', supergraph, '--port', `${port}`],
      ] as const,
  ),
];
const servers: Measured[] = [];
for (const [name, file, args] of starters) {
  const log = join(folder, `${name}.log`);
  servers.push(resources.use(await startMeasured(name, file, args, undefined, log)));
}
const [floor] = servers;
if (floor === undefined) {
  throw new Error('the floor is not there');
}
const rates = process.env.ARRIVALS?.split(',').map(Number) ?? [];
const half = async (kind: RequestKind): Promise<Arrivals> => {
  for (const server of servers) {
    await throughput(server, kind, warmUpMs);
  }
  const served = await throughput(floor, kind, warmUpMs);
  return { kind, perSecond: rates.shift() ?? served / 2 };
};
const [small, two, heavy] = [await half('one fetch'), await half('two hops'), await half('heavy')] as const;
/** Both together are half of what the floor can serve. */
const shared = [small, heavy].map(({ kind, perSecond }) => ({ kind, perSecond: perSecond / 2 }));
const [sharedSmall = small, sharedHeavy = heavy] = shared;
const cases: readonly (readonly [string, readonly [Arrivals, ...Arrivals[]]])[] = [
  ['one fetch', [small]],
  ['two hops', [two]],
  ['heavy', [heavy]],
  ['one fetch, beside heavy', [sharedSmall, sharedHeavy]],
];
const lines = [
  tableHead([
    'requests',
    'a second',
    ...servers.map(({ name }) => `${name}: p50, p99, turn, ms`),
    `p99 of ours to the floor's (at most ${goal})`,
  ]),
];
for (const [name, arrivals] of cases) {
  const waits = await measure(servers, arrivals);
  const cells = waits.map(({ median, p99, longestTurn }) =>
    [median, p99, longestTurn].map((each) => quantile(each, 0.5).toFixed(1)).join(', '),
  );
  const asked = arrivals.map(({ perSecond }) => perSecond.toFixed(0)).join(' and ');
  const toFloor = quantile(ratiosOf(waits.at(-1)?.p99 ?? [], waits[0]?.p99 ?? []), 0.5);
  lines.push(tableRow([name, asked, ...cells, toFloor.toFixed(2)]));
}
process.stdout.write(`${machineAndDay()}\n\n${lines.join('\n')}\n`);
