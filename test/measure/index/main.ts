/**
 * `npm run measure:index` builds the index of a made-up library in a PostgreSQL of its own. Each call to a legacy system
 * takes as long as over a network. When the crawl has read half of the patrons, the server crashes. Then lists are read
 * over many generated rows. At the end the times for a city are computed from the speeds.
 *
 * Environment:
 * - `LIBRARY` (100000): the number of patrons, at least 100. 100,000 patrons take about an hour, 1,000 a minute.
 * - `LATENCY_MS` (200): the duration of a call.
 * - `CONNECTIONS` (20): the number of calls to each system at a time.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { coreSystemIds } from '../../../platform/systems.ts';
import type { IndexDatabase, IndexProgress } from '../../../store/index/port.ts';
import { openPostgresIndex } from '../../../store/index/postgres/index.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { startIndexBuilder } from '../../../subgraphs/circulation/index/builder.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { secret } from '../../support/journal-secret.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { ownPostgres, type PostgresServer } from '../../support/postgres.ts';
import { startSimulators } from '../../support/simulator-process.ts';
import { reckon } from './city.ts';
import { measureLists } from './lists.ts';

const library = Number(process.env.LIBRARY ?? 100_000);
const latencyMs = Number(process.env.LATENCY_MS ?? 200);
const connections = Number(process.env.CONNECTIONS ?? 20);
/** The number of loans for the lists, for each patron. */
const rowsPerPatron = 10;
const pollMs = 100;

/** Waits until the index has come this far. Resolves to the seconds since `sinceMs`, and to the progress. */
async function until(
  index: IndexDatabase,
  sinceMs: number,
  isReached: (progress: IndexProgress) => boolean,
): Promise<{ readonly seconds: number; readonly progress: IndexProgress }> {
  for (;;) {
    // After the crash, the progress can't be read until the server runs again.
    const progress = await index.progress().catch(() => null);
    if (progress !== null && isReached(progress)) {
      return { seconds: (performance.now() - sinceMs) / 1000, progress };
    }
    await setTimeout(pollMs);
  }
}

/** Follows the feed and builds the index, until `resources` are disposed of. */
async function startBuilding(
  ports: Ports,
  server: PostgresServer,
  resources: AsyncDisposableStack,
): Promise<IndexDatabase> {
  const { url } = resources.use(await server.createDatabase());
  const journal = resources.use(await openPostgresJournal({ secret, url, tls: null }));
  const { fingerprintKey: dataKey } = journal.keys;
  const index = resources.use(await openPostgresIndex({ url, tls: null, dataKey }));
  const quiet = () => undefined;
  const services = {
    ...ports,
    index,
    journal,
    books: journal,
    fingerprintKey: dataKey,
    times: changeTimes,
    monotonic: () => performance.now(),
    observer: {},
    log: { info: quiet, warn: quiet, error: quiet },
  };
  const builder = resources.use(startIndexBuilder(services, () => new Date()));
  resources.use(startFeedFollower(services, pause, builder));
  return index;
}

function print(what: string, seconds: number, more = ''): void {
  process.stdout.write(`${what.padEnd(52)} ${seconds.toFixed(1).padStart(8)} s  ${more}\n`);
}

/** The number of events in circulation. It is read before the simulators delay their answers. */
async function countEvents({ circulation }: Ports): Promise<number> {
  const { signal } = new AbortController();
  let count = 0;
  let after = '0';
  for (;;) {
    const page = await circulation.eventsAfter(after, 500, signal);
    count += page.length;
    const last = page.at(-1);
    if (last === undefined) {
      return count;
    }
    after = last.sequence;
  }
}

async function measure(server: PostgresServer): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const simulators = resources.use(await startSimulators(['--library', String(library)]));
  const limits = { connections, queue: 10_000, deadlineMs: 60_000 };
  const ports = resources.use(await openPorts(simulators.legacy, limits));
  const events = await countEvents(ports);
  for (const system of coreSystemIds) {
    await simulators.setFaults(system, [{ kind: 'delay', rate: 1, delayMs: latencyMs }]);
  }
  const index = await startBuilding(ports, server, resources);
  const startedAtMs = performance.now();
  const cards = await until(index, startedAtMs, ({ areDaysCounted }) => areDaysCounted);
  const pages = Math.ceil(events / 500);
  print('events', cards.seconds, `${pages} pages, ${(pages / cards.seconds).toFixed(1)} in a second`);
  const { progress: listed } = await until(index, 0, ({ underWay }) => (underWay?.total ?? 0) > 0);
  const open = await until(index, startedAtMs, ({ isOpen }) => isOpen);
  const cardCount = listed.underWay?.stage === 'CARDS' ? (listed.underWay.total ?? 0) : 0;
  const cardSeconds = open.seconds - cards.seconds;
  print(
    'cards, until lists are open',
    cardSeconds,
    `${cardCount} cards, ${perSecond(cardCount, cardSeconds)}`,
  );
  const half = await until(index, startedAtMs, ({ patronsRead }) => patronsRead >= library / 2);
  const halfSeconds = half.seconds - open.seconds;
  const patronsRead = half.progress.patronsRead;
  print('half of the patrons', halfSeconds, `${patronsRead} patrons, ${perSecond(patronsRead, halfSeconds)}`);
  await server.power?.stop();
  const crashedAtMs = performance.now();
  await server.power?.start();
  await until(index, crashedAtMs, ({ isOpen }) => !isOpen);
  const again = await until(index, crashedAtMs, ({ isOpen }) => isOpen);
  print('after a crash, until lists are open again', again.seconds);
  const whole = await until(index, crashedAtMs, ({ isWhole }) => isWhole);
  print('the other patrons, until the index is whole', whole.seconds - again.seconds);
  reckon({
    pagesPerSecond: pages / cards.seconds,
    cardsPerSecond: cardCount / cardSeconds,
    patronsPerSecond: patronsRead / halfSeconds,
  });
}

const perSecond = (count: number, seconds: number): string => `${(count / seconds).toFixed(0)} in a second`;

await using server = await ownPostgres();
if ('reason' in server) {
  throw new Error(server.reason);
}
process.stdout.write(
  `${library} patrons, ${latencyMs} ms a call, ${connections} connections to each system\n`,
);
await measure(server);
await measureLists(server, library * rowsPerPatron, randomBytes(32));
