import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import type { Finding, JournalDatabase } from '../../../adapters/journal/port.ts';
import { openPostgresJournal } from '../../../adapters/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../adapters/journal/sqlite/index.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import {
  DEFAULT_CREDENTIALS,
  type RunningSimulators,
  readSeed,
  startSimulators,
} from '../../../simulators/index.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import type { ResolverServices } from '../../../subgraphs/circulation/context.ts';
import { type FeedFollower, startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import { recoveryOf } from '../../../subgraphs/circulation/lending/recovery.ts';
import { startReconciler } from '../../../subgraphs/operations/reconciler.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { staff } from '../../support/callers.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import type { PostgresDatabase, PostgresServer } from '../../support/postgres.ts';
import { patientTimes } from '../kill/open-lending.ts';

/** A database of the journal: how it is opened, damaged and read by `npm run books`. */
export interface Database extends AsyncDisposable {
  open(): Promise<JournalDatabase>;
  /** Runs a statement past every interface. `operations` and the like stand for the journal's tables. */
  query(sql: string): Promise<void>;
  readonly env: NodeJS.ProcessEnv;
  /** A copy of what it holds now, for a restore. Nobody may have it open. */
  backUp(): Promise<Database>;
}

export async function sqliteFile(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'books-'));
  const path = join(folder, 'journal.sqlite');
  return {
    open: () => openSqliteJournal({ secret, path }),
    async query(sql) {
      using database = new DatabaseSync(path, { timeout: 2_000 });
      database.exec(sql);
    },
    env: { DATA_DIR: folder },
    async backUp() {
      const copy = await sqliteFile();
      using database = new DatabaseSync(path);
      database.exec(`vacuum into '${join(copy.env.DATA_DIR ?? '', 'journal.sqlite')}'`);
      return copy;
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

export async function postgresDatabase(server: PostgresServer): Promise<Database> {
  return overPostgres(await server.createDatabase());
}

function overPostgres(database: PostgresDatabase): Database {
  return {
    open: () => openPostgresJournal({ secret, url: database.url }),
    async query(sql) {
      await database.query(`set search_path to patron_graph; ${sql}`);
    },
    env: { DATABASE_URL: database.url },
    async backUp() {
      const url = new URL(database.url);
      const original = url.pathname.slice(1);
      const copy = `${original}_copy`;
      await database.query(`create database ${copy} template ${original}`);
      url.pathname = `/${copy}`;
      return overPostgres({
        url: url.href,
        query: () => Promise.reject(new Error('a copy is not damaged')),
        async [Symbol.asyncDispose]() {
          await database.query(`drop database ${copy} with (force)`);
        },
      });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Everything that a lending process has, over simulators and a database. */
export interface Library extends AsyncDisposable {
  readonly store: Store;
  readonly legacy: RunningSimulators;
  readonly services: ResolverServices;
  readonly journal: JournalDatabase;
  /** Messages of the log, warnings and errors. */
  readonly log: string[];
  readonly shelf: string[];
  /** Milliseconds by which this process's monotonic clock is ahead. */
  aheadMs: number;
  /** Lends the next item on the shelf. Resolves to the operation's id, which is done. */
  lend(): Promise<string>;
  /** Starts a process that follows the feed, with short pauses, and settles. It ends with the library, or before. */
  follow(): Promise<FeedFollower>;
  findings(): Promise<readonly Pick<Finding, 'operationId' | 'discrepancy'>[]>;
}

const libraryCard = '21852000000033';
const never = new AbortController().signal;

/** Two hundred times as fast, so that a test sees a minute of polls. */
const hurried = (ms: number, signal: AbortSignal) => pause(Math.ceil(ms / 20), signal);

export async function openLibrary(database: Database, store = createStore(readSeed())): Promise<Library> {
  await using resources = new AsyncDisposableStack();
  const legacy = resources.use(await startSimulators({ store }));
  const journal = resources.use(await database.open());
  const log: string[] = [];
  const note = (_details: object, message: string) => log.push(message);
  const limits = { deadlineMs: 5_000 };
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const services: ResolverServices = {
    circulation: resources.use(await createCirculation({ url: legacy.circ.url, ...circ, limits })),
    cards: resources.use(await createCardManagement({ url: legacy.cms.url, ...cms, limits })),
    patrons: resources.use(await createPatronRegistry({ url: legacy.prs.url, limits })),
    ...{ journal, attempts: journal, audit: journal, books: journal },
    index: await temporaryIndex(resources),
    fingerprintKey: new Uint8Array(32),
    times: patientTimes,
    monotonic: () => performance.now() + library.aheadMs,
    log: { warn: note, error: note },
  };
  resources.use(startReconciler({ ...services, reconcilers: recoveryOf(services) }));
  const shelf = [...store.circ.items.values()]
    .filter(({ state, material }) => state === 'A' && material !== 'RF')
    .map(({ itemNo }) => itemNo);
  const open = resources.move();
  let lent = 0;
  const library: Library = {
    ...{ store, legacy, services, journal, log, shelf },
    aheadMs: 0,
    async lend() {
      lent += 1;
      const input = {
        reference: `reference-${Date.now()}-${lent}`,
        credential: { libraryCardNumber: libraryCard },
        itemNumber: shelf.pop() ?? '',
      };
      const { operation } = await checkOut(services, staff, input, never);
      if (operation.state !== 'DONE') {
        throw new Error(`${operation.state}: ${JSON.stringify(operation.result)}`);
      }
      return operation.id;
    },
    follow: async () => open.use(startFeedFollower(services, hurried)),
    findings: async () =>
      (await journal.latestFindings(100)).map(({ operationId, discrepancy }) => ({
        operationId,
        discrepancy,
      })),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
  return library;
}
