/**
 * `npm run bench:tail` measures how long a client waits for our gateway and for the floor when requests arrive at fixed
 * times, at half the rate that the floor can serve. The table has the median, the 99th percentile and the longest turn
 * of the event loop. In the last case both queries arrive, and the times are those of the small one: a large answer
 * must not hold up small ones. The processes are asked in turns, a window each.
 *
 * Environment: `WINDOWS` (6) of each process, `SECONDS` (3) of a window, and `BEFORE`, the folder of another checkout.
 */
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { checkouts, fileIn } from '../measured/checkouts.ts';
import { machineAndDay, quantile, tableHead, tableRow } from '../measured/figures.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { branches } from './graph.ts';
import { queries, type RequestKind, requestKinds } from './queries.ts';
import { startSubgraphs } from './start-subgraphs.ts';

const windows = Number(process.env.WINDOWS ?? 6);
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

interface Waits {
  readonly times: number[];
  longestTurn: number;
}

/** Measures all processes in turns. The times are those of the first arrivals. */
async function measure(
  servers: readonly Measured[],
  [first, ...beside]: readonly [Arrivals, ...Arrivals[]],
): Promise<readonly Waits[]> {
  const waits = servers.map((): Waits => ({ times: [], longestTurn: 0 }));
  for (let window = 0; window < windows; window++) {
    for (const [index, server] of servers.entries()) {
      await server.longestTurn();
      const [times] = await Promise.all([
        timesOf(server, first, windowMs),
        ...beside.map((arrivals) => timesOf(server, arrivals, windowMs)),
      ]);
      const found = waits[index];
      found?.times.push(...times);
      if (found !== undefined) {
        found.longestTurn = Math.max(found.longestTurn, await server.longestTurn());
      }
    }
  }
  return waits;
}

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
const half = async (kind: RequestKind): Promise<Arrivals> => {
  for (const server of servers) {
    await throughput(server, kind, warmUpMs);
  }
  return { kind, perSecond: (await throughput(floor, kind, warmUpMs)) / 2 };
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
  tableHead(['requests', 'a second', ...servers.map(({ name }) => `${name}: p50, p99, turn, ms`)]),
];
for (const [name, arrivals] of cases) {
  const cells = (await measure(servers, arrivals)).map(({ times, longestTurn }) =>
    [quantile(times, 0.5), quantile(times, 0.99), longestTurn].map((ms) => ms.toFixed(1)).join(', '),
  );
  const rates = arrivals.map(({ perSecond }) => perSecond.toFixed(0)).join(' and ');
  lines.push(tableRow([name, rates, ...cells]));
}
process.stdout.write(`${machineAndDay()}\n\n${lines.join('\n')}\n`);
