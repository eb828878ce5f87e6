import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FloodCounts, FloodOptions } from './flooder.ts';
import { Honest, type Pair, type Seen } from './honest.ts';
import type { FloodedSystem } from './system.ts';

export interface MeasureOptions {
  /** The length of each of the two phases, in ms. */
  readonly phaseMs: number;
  readonly seed: number;
}

/** The observations of stations or readers without the flood and with it. */
export interface Phases {
  readonly quiet: Seen;
  readonly flooded: Seen;
}

export interface FloodReport {
  readonly checkOuts: Phases;
  readonly homePages: Phases;
  readonly flood: FloodCounts;
  /** The mean time that a call to circulation waited for a connection, in ms, by call class. */
  readonly waits: Readonly<Record<string, number>>;
}

/** The number of clients that flood, and the number of concurrent requests of each. */
const clients = 20;
const depth = 2;
/** The number of stations and of readers that work meanwhile. */
const stations = 4;
const readers = 4;
/** The pause after the start of the flood, until its requests arrive, in ms. */
const beginMs = 300;

/** Lends, returns and reads, first without a flood and then with one. */
export async function measureFlood(
  system: FloodedSystem,
  { phaseMs, seed }: MeasureOptions,
): Promise<FloodReport> {
  const { urls, issuer } = system;
  const sign = (claims: Parameters<typeof issuer.sign>[0]) => issuer.sign(claims, 3600);
  const stationToken = await sign({ subject: 'stations', clientId: 'stations', scope: 'station' });
  const telephoneToken = await sign({ subject: 'telephone', clientId: 'telephone', scope: 'telephone' });
  const pairs = await system.pairs(stations, stationToken);
  const honest = new Honest(urls);
  const readerTokens = await Promise.all(
    system.patronIds
      .slice(0, readers)
      .map((patronId) => sign({ subject: patronId, patronId, clientId: 'web' })),
  );
  const work = (checkOuts: Seen, homePages: Seen) =>
    workFor(honest, phaseMs, { stationToken, pairs, readerTokens }, checkOuts, homePages);
  const checkOuts = { quiet: nothingSeen(), flooded: nothingSeen() };
  const homePages = { quiet: nothingSeen(), flooded: nothingSeen() };
  // This phase is not measured, because code is slower before it is compiled.
  await workFor(honest, phaseMs / 2, { stationToken, pairs, readerTokens }, nothingSeen(), nothingSeen());
  await work(checkOuts.quiet, homePages.quiet);
  const options: FloodOptions = { urls, clients, depth, telephoneToken, seed };
  const flooder = new Worker(new URL('./flooder.ts', import.meta.url), { workerData: options });
  await setTimeout(beginMs);
  await work(checkOuts.flooded, homePages.flooded);
  flooder.postMessage('end');
  const [flood] = (await once(flooder, 'message')) as [FloodCounts];
  await flooder.terminate();
  await honest.close();
  return { checkOuts, homePages, flood, waits: meanWaits(await system.metrics()) };
}

function meanWaits(metrics: string): Readonly<Record<string, number>> {
  const sums = new Map<string, { sum?: number; count?: number }>();
  const line = /^patron_graph_legacy_call_wait_seconds_(sum|count)\{([^}]*)\} (\S+)$/gm;
  for (const [, what = '', labels = '', value] of metrics.matchAll(line)) {
    const [, callClass] = /call_class="(\w+)"/.exec(labels) ?? [];
    if (callClass !== undefined && labels.includes('system="circulation"')) {
      sums.set(callClass, { ...sums.get(callClass), [what]: Number(value) });
    }
  }
  return Object.fromEntries(
    [...sums].map(([callClass, { sum = 0, count = 1 }]) => [callClass, (sum / count) * 1000]),
  );
}

const nothingSeen = (): Seen => ({ ms: [], failures: [] });

interface Workers {
  readonly stationToken: string;
  readonly pairs: readonly Pair[];
  readonly readerTokens: readonly string[];
}

async function workFor(
  honest: Honest,
  ms: number,
  { stationToken, pairs, readerTokens }: Workers,
  checkOuts: Seen,
  homePages: Seen,
): Promise<void> {
  const ended = AbortSignal.timeout(ms);
  await Promise.all([
    ...pairs.map((pair, number) => honest.station(number, stationToken, pair, checkOuts, ended)),
    ...readerTokens.map((token, number) => honest.reader(number, token, homePages, ended)),
  ]);
}

/** The quantile of the values for `share`, a number from 0 to 1. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
