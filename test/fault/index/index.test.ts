import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, type ExpectStatic, test } from 'vitest';
import { dayOf } from '../../../simulators/hong-kong-time.ts';
import { type FaultRequest, startSimulators } from '../../../simulators/index.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import type { IndexDatabase } from '../../../store/index/port.ts';
import { openPostgresIndex } from '../../../store/index/postgres/index.ts';
import { openSqliteIndex } from '../../../store/index/sqlite/index.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { secret } from '../../support/journal-secret.ts';
import { ownPostgres } from '../../support/postgres.ts';
import { type RunningProcess, run } from '../../support/processes.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { LibraryLife } from './library-life.ts';
import { booksOfCirculation, booksOfIndex, differences } from './whole-index.ts';

/** How long the library is simulated, in seconds. `npm run life:index` simulates it for an hour. */
const lifeSeconds = Number(process.env.LIFE_SECONDS ?? 9);
/** How long a process builds the index before it ends, in seconds. */
const cycleSeconds = 3;
/** The number of events at the library's desks per second. */
const actsASecond = 30;
/** The longest time from the last event until the index must equal circulation's tables, in ms. */
const quietMs = 60_000;
const dayMs = 86_400_000;

const faults: readonly FaultRequest[] = [
  { kind: 'reset-before', rate: 0.03 },
  { kind: 'html-page', rate: 0.03 },
  { kind: 'cut-off', rate: 0.03 },
  { kind: 'hang', rate: 0.01, delayMs: 500 },
];

/** The database or the files of a process's journal and index. */
interface Database {
  readonly env: NodeJS.ProcessEnv;
  open(): Promise<IndexDatabase>;
  /** Crashes and restarts the database server; null if there is no server. */
  readonly crash: (() => Promise<void>) | null;
}

/**
 * Simulates the library while processes build the index, and expects the index to equal circulation's tables at the
 * end. `expect` belongs to the test, because tests run concurrently.
 */
async function live(database: Database, expect: ExpectStatic): Promise<void> {
  await using resources = new AsyncDisposableStack();
  let aheadMs = 0;
  const clock = () => new Date(Date.now() + aheadMs);
  const store = createStore(generateLibrary({ patrons: 300, randomSeed: seed }));
  // Only circulation's clock is put forward, because card management rejects callers whose clocks differ from its own.
  const { prs, cms } = resources.use(await startSimulators({ store, systems: ['prs', 'cms'] }));
  const { circ } = resources.use(await startSimulators({ store, clock, systems: ['circ'] }));
  const systems = [prs, cms, circ];
  const random = randomFrom(seed);
  const life = new LibraryLife(store, random, clock);
  let builder: RunningProcess | null = null;
  resources.defer(async () => await builder?.[Symbol.asyncDispose]());
  const start = () => {
    builder = run('test/fault/index/builder/main.ts', {
      PRS_URL: prs.url,
      CMS_URL: cms.url,
      CIRC_URL: circ.url,
      AHEAD_MS: String(aheadMs),
      ...database.env,
    });
  };
  for (const system of systems) {
    system.faults.set([...faults]);
  }
  start();
  const liveFor = async (seconds: number) => {
    for (let act = 0; act < seconds * actsASecond; act += 1) {
      life.act();
      await sleep(1_000 / actsASecond);
    }
  };
  for (let cycle = 0; cycle * cycleSeconds < lifeSeconds; cycle += 1) {
    await liveFor(cycleSeconds);
    // A killed process keeps its lease for a while. A process that is told to stop gives it back.
    const isKilled = cycle % 2 === 1;
    (builder as RunningProcess | null)?.child.kill(isKilled ? 'SIGKILL' : 'SIGTERM');
    await (builder as RunningProcess | null)?.exit;
    if (cycle % 3 === 2) {
      await database.crash?.();
    }
    // Two days pass, so that ready holds lapse.
    aheadMs += 2 * dayMs;
    start();
  }
  for (const system of systems) {
    system.faults.set([]);
  }
  const index = resources.use(await database.open());
  await expect
    .poll(() => index.progress().catch(() => null), { timeout: quietMs })
    .toMatchObject({ isWhole: true });
  await expect
    .poll(
      async () => differences(await booksOfIndex(index, dayOf(clock())), booksOfCirculation(store, clock)),
      { timeout: quietMs, interval: 500 },
    )
    .toEqual([]);
}

const timeout = lifeSeconds * 2_000 + quietMs * 3;
test.concurrent(
  `SQLite: the index equals circulation's books after faults, kills and restarts (SEED=${seed})`,
  async ({ expect }) => {
    await using folder = await openTemporaryFolder();
    const JOURNAL_FILE = join(folder.path, 'journal.sqlite');
    const INDEX_FILE = join(folder.path, 'index.sqlite');
    await using journal = await openSqliteJournal({ secret, path: JOURNAL_FILE });
    const { fingerprintKey: dataKey } = journal.keys;
    const open = () => openSqliteIndex({ path: INDEX_FILE, dataKey });
    await live({ env: { JOURNAL_FILE, INDEX_FILE }, open, crash: null }, expect);
  },
  timeout,
);

const server = await ownPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('PostgreSQL', server.reason);
} else {
  test.concurrent(
    `PostgreSQL: the index equals circulation's books after faults, kills and crashes of the server (SEED=${seed})`,
    async ({ expect }) => {
      await using database = await server.createDatabase();
      const { url } = database;
      await using journal = await openPostgresJournal({ secret, url, tls: null });
      const { fingerprintKey: dataKey } = journal.keys;
      const open = () => openPostgresIndex({ url, tls: null, dataKey });
      const crash = async () => {
        await server.power?.stop();
        await server.power?.start();
      };
      await live({ env: { DATABASE_URL: url }, open, crash }, expect);
    },
    timeout,
  );
}
