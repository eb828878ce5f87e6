import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import {
  DEFAULT_CREDENTIALS,
  type RunningSimulators,
  readSeed,
  startSimulators,
} from '../../../simulators/index.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import type { Finding, JournalDatabase } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { ResolverServices } from '../../../subgraphs/circulation/context.ts';
import { type FeedFollower, startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import { recoveryOf } from '../../../subgraphs/circulation/lending/recovery.ts';
import { startReconciler } from '../../../subgraphs/operations/reconciler.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { staff } from '../../support/callers.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { type PostgresDatabase, type PostgresServer, queryAt } from '../../support/postgres.ts';
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

export function overPostgres(database: PostgresDatabase): Database {
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
        query: (text) => queryAt(url.href, text),
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
  /** Asks for an item that is out. Resolves to the operation's id, which is refused. */
  refuse(): Promise<string>;
  /** The same as `lend` on either card of the patron, as a program would that counts no places. */
  lendUnchecked(): Promise<Lent>;
  /** A desk takes it back. */
  takeBack(loan: Lent): Promise<void>;
  /** Adds an event of a desk from months ago, so that all operations of the test need theirs. */
  addOldEvent(): void;
  /** Adds an event of a kind that circulation's contract doesn't have, under that reference. */
  addUnknownEvent(reference: string): void;
  /** Starts a process that follows the feed, with short pauses, and settles. It ends with the library, or before. */
  follow(): Promise<FeedFollower>;
  findings(): Promise<readonly Pick<Finding, 'operationId' | 'discrepancy'>[]>;
  /** The same, 20 s later by this process's monotonic clock. */
  findingsLater(): Promise<readonly Pick<Finding, 'operationId' | 'discrepancy'>[]>;
}

export interface Lent {
  readonly operationId: string;
  readonly itemNumber: string;
}

const libraryCard = '21852000000033';
const smartId = '21852000000041';
const patronId = 'P0000002';
/** The time of an event that circulation still has, from long before the database of a test, as circulation writes it. */
export const monthsAgo = stampOf(new Date(Date.now() - 60 * 86_400_000));

const never = new AbortController().signal;

/** Twenty times as fast, so that a test sees a minute of polls. */
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
    circulation: resources.use(createCirculation({ url: legacy.circ.url, ...circ, limits })),
    cards: resources.use(createCardManagement({ url: legacy.cms.url, ...cms, limits })),
    patrons: resources.use(createPatronRegistry({ url: legacy.prs.url, limits })),
    observer: {},
    journal,
    attempts: journal,
    audit: journal,
    books: journal,
    notices: journal,
    index: await temporaryIndex(resources),
    fingerprintKey: new Uint8Array(32),
    times: patientTimes,
    monotonic: () => performance.now() + library.aheadMs,
    log: { info: () => undefined, warn: note, error: note },
  };
  resources.use(startReconciler({ ...services, reconcilers: recoveryOf(services) }));
  const shelf = [...store.circ.items.values()]
    .filter(({ state, material }) => state === 'A' && material !== 'RF')
    .map(({ itemNo }) => itemNo);
  const open = resources.move();
  let lent = 0;
  const ask = async (itemNumber: string) => {
    lent += 1;
    const input = {
      reference: `reference-${Date.now()}-${lent}`,
      credential: { libraryCardNumber: libraryCard },
      itemNumber,
    };
    return (await checkOut(services, staff, input, never)).operation;
  };
  const findings = async () =>
    (await journal.latestFindings(100)).map(({ operationId, discrepancy }) => ({ operationId, discrepancy }));
  const library: Library = {
    store,
    legacy,
    services,
    journal,
    log,
    shelf,
    aheadMs: 0,
    async lend() {
      const operation = await ask(shelf.pop() ?? '');
      if (operation.state !== 'DONE') {
        throw new Error(`${operation.state}: ${JSON.stringify(operation.result)}`);
      }
      return operation.id;
    },
    async refuse() {
      const operation = await ask([...store.circ.loans.values()][0]?.itemNo ?? '');
      if (operation.state !== 'REFUSED') {
        throw new Error(operation.state);
      }
      return operation.id;
    },
    async lendUnchecked() {
      lent += 1;
      const itemNumber = shelf.pop() ?? '';
      const card = lent % 2 === 0 ? libraryCard : smartId;
      const { operation } = await journal.begin({
        caller: 'somebody',
        reference: `unchecked-${lent}`,
        kind: 'CHECK_OUT',
        fingerprint: 'of it',
        details: {},
        sendWithinMs: null,
        reconcileAfterMs: 60_000,
      });
      const times = { sendWithinMs: 10_000, arriveWithinMs: 10_000, reconcileAfterMs: 60_000 };
      const place = {
        patronId,
        kind: 'LOAN',
        libraryCardNumber: card,
        subject: itemNumber,
        since: 0n,
      } as const;
      await journal.reserve(operation.id, { ...place, ...times }, () => null);
      const done = await services.circulation.checkOut(card, itemNumber, operation.id, never);
      if ('refused' in done) {
        throw new Error(done.refused);
      }
      await journal.settle(operation.id, { state: 'DONE', result: {} });
      return { operationId: operation.id, itemNumber };
    },
    async takeBack({ itemNumber }) {
      await services.circulation.checkIn(itemNumber, 'desk', never);
    },
    addOldEvent() {
      const { events } = store.circ;
      const seq = (events.at(-1)?.seq ?? 0) + 1;
      const event = {
        kind: 'IN',
        cardNo: libraryCard,
        itemNo: shelf[0] ?? '',
        loanNo: 'L00000001',
        ref: '',
      } as const;
      events.push({ ...event, seq, at: monthsAgo });
    },
    addUnknownEvent(ref) {
      const { events } = store.circ;
      const seq = (events.at(-1)?.seq ?? 0) + 1;
      const event = { kind: 'ZZZ', cardNo: libraryCard, itemNo: '', loanNo: '', ref };
      events.push({ ...event, seq, at: stampOf(new Date()) } as unknown as (typeof events)[number]);
    },
    follow: async () => open.use(startFeedFollower(services, hurried)),
    findings,
    async findingsLater() {
      library.aheadMs += 20_000;
      return await findings();
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
  return library;
}
