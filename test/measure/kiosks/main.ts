/**
 * `npm run measure:kiosks` runs many self-service stations over SIP2 while circulation takes a second for each call. For
 * one number of connections to circulation after another it counts the messages that were refused, although a repeat of
 * them was granted. It stops at the first number at which there is none: so many `CIRC_CONNECTIONS` it takes.
 *
 * Each kiosk acts every five minutes: a reader shows a card (63) and borrows an item (11), or somebody returns it (09).
 *
 * Environment: `KIOSKS` (1000), `SECONDS` (600, for each number of connections), `EVERY_SECONDS` (300), `CALL_MS` (1000),
 * `TIMEOUT_SECONDS` (12, of each terminal), `CONNECTIONS` (`8,16,24,32,48,64`).
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSimulators } from '../../../simulators/index.ts';
import { isLendable } from '../../../simulators/library/catalogue.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { freePorts, run } from '../../support/processes.ts';
import { legacyEnv } from '../../support/services/environment.ts';
import { connectAs } from '../../support/sip2/terminal.ts';
import { emptyCounts, type KioskCounts, runKiosk } from './kiosk.ts';

const numberOf = (name: string, usual: number) => Number(process.env[name] ?? usual);
const kiosks = numberOf('KIOSKS', 1_000);
const seconds = numberOf('SECONDS', 600);
const everyMs = numberOf('EVERY_SECONDS', 300) * 1_000;
const callMs = numberOf('CALL_MS', 1_000);
const timeoutSeconds = numberOf('TIMEOUT_SECONDS', 12);
const connections = (process.env.CONNECTIONS ?? '8,16,24,32,48,64').split(',').map(Number);

const password = 'of the measurement';
const nameOf = (index: number): string => `kiosk-${index}`;
/** The number of kiosks that connect at once. With more, some would be evicted before they have logged in. */
const connectTogether = 20;

const say = (text: string) => process.stdout.write(`${text}\n`);

/** The kiosks' counts with this number of connections to circulation. */
async function measure(circConnections: number): Promise<KioskCounts> {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-kiosks-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const seed = generateLibrary({ patrons: Math.max(100, 2 * kiosks) });
  const legacy = resources.use(await startSimulators({ store: createStore(seed) }));
  const cards = seed.cards.filter(({ type, status }) => type === 'LC' && status === 'ACT').slice(-kiosks);
  const items = seed.items.filter(isLendable).slice(-kiosks);
  const terminals = Array.from({ length: kiosks }, (_, index) => ({
    name: nameOf(index),
    profile: 'station',
    login: { user: nameOf(index), password },
    timeoutSeconds,
  }));
  await writeFile(join(folder, 'terminals.json'), JSON.stringify({ terminals }));
  const system = resources.use(
    run('embedded/main.ts', {
      ...freePorts,
      ...legacyEnv(legacy),
      DATA_DIR: folder,
      ALLOW_DEVELOPMENT_ISSUER: '1',
      LOG_LEVEL: 'silent',
      SIP2_TERMINALS_FILE: join(folder, 'terminals.json'),
      CIRC_CONNECTIONS: String(circConnections),
    }),
  );
  const [, listening] = await system.says(/SIP2 +127\.0\.0\.1:(\d+)/);
  const connect = (index: number) => connectAs(nameOf(index), password, { port: Number(listening) });
  const connected = [];
  for (let start = 0; start < kiosks; start += connectTogether) {
    const indexes = Array.from({ length: Math.min(connectTogether, kiosks - start) }, (_, at) => start + at);
    connected.push(...(await Promise.all(indexes.map(connect))));
  }
  legacy.circ.faults.set([{ kind: 'delay', delayMs: callMs }]);
  const over = AbortSignal.timeout(seconds * 1_000);
  const counts = emptyCounts();
  await Promise.all(
    connected.map((terminal, index) =>
      runKiosk(
        { terminal, card: cards[index]?.cardNo ?? '', item: items[index]?.itemNo ?? '', everyMs, over },
        counts,
      ),
    ),
  );
  await Promise.all(connected.map((terminal) => terminal[Symbol.asyncDispose]()));
  return counts;
}

say(
  `${kiosks} kiosks, each acting every ${everyMs / 1_000} s; ${callMs} ms a call; time-out ${timeoutSeconds} s; ${seconds} s each`,
);
let enough: number | null = null;
for (const circConnections of connections) {
  const counts = await measure(circConnections);
  const { sent, answered, refusedForGood, refusedThenGranted, lost, latenciesMs } = counts;
  const sorted = latenciesMs.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(sorted.length * share)] ?? 0);
  say(
    [
      `CIRC_CONNECTIONS ${circConnections}: ${sent} messages, ${answered} answered with yes`,
      `${refusedForGood} refused by a rule, ${refusedThenGranted} refused that a repeat was granted, ${lost} lost`,
      `median ${at(0.5)} ms, 99 % ${at(0.99)} ms, longest ${Math.round(sorted.at(-1) ?? 0)} ms`,
    ].join('; '),
  );
  if (refusedThenGranted === 0 && lost === 0) {
    enough = circConnections;
    break;
  }
  await sleep(1_000);
}
say(enough === null ? 'none of these is enough' : `CIRC_CONNECTIONS ${enough} is enough`);
process.exitCode = enough === null ? 1 : 0;
