import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { DEFAULT_CREDENTIALS, type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import type { EventRow, Store } from '../../../simulators/tables/store.ts';
import { type Finding, type JournalDatabase, outcomeOf } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { ResolverServices } from '../../../subgraphs/circulation/context.ts';
import { type FeedFollower, startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import { recoveryOf } from '../../../subgraphs/circulation/procedures/recovery.ts';
import { startLogTail } from '../../../subgraphs/operations/log/log-tail.ts';
import { startReconciler } from '../../../subgraphs/operations/reconciler.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { staff } from '../../support/callers.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { type PostgresDatabase, type PostgresServer, queryAt } from '../../support/postgres.ts';
import { pastPositionsOf } from '../../support/services/past-positions.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { patientTimes } from '../kill/open-lending.ts';

/** A journal database. Tests open and damage it, and `npm run books` reads it. */
export interface Database extends AsyncDisposable {
  open(): Promise<JournalDatabase>;
  /** Runs a statement on the journal's tables, such as `operations`. */
  query(sql: string): Promise<void>;
  /** The environment variables of a process that opens this database. */
  readonly env: NodeJS.ProcessEnv;
  /** Copies the database, for a later restore. The database must not be open during the copy. */
  backUp(): Promise<Database>;
}

export async function sqliteFile(): Promise<Database> {
  const folder = await openTemporaryFolder();
  const path = join(folder.path, 'journal.sqlite');
  return {
    open: () => openSqliteJournal({ secret, path }),
    async query(sql) {
      using database = new DatabaseSync(path, { timeout: 2_000 });
      database.exec(sql);
    },
    env: { DATA_DIR: folder.path },
    async backUp() {
      const copy = await sqliteFile();
      using database = new DatabaseSync(path);
      database.exec(`vacuum into '${join(copy.env.DATA_DIR ?? '', 'journal.sqlite')}'`);
      return copy;
    },
    async [Symbol.asyncDispose]() {
      await folder[Symbol.asyncDispose]();
    },
  };
}

export async function postgresDatabase(server: PostgresServer): Promise<Database> {
  return overPostgres(await server.createDatabase());
}

export function overPostgres(database: PostgresDatabase): Database {
  return {
    open: () => openPostgresJournal({ secret, url: database.url, tls: null }),
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
        tls: null,
        query: (text) => queryAt(url.href, text),
        async [Symbol.asyncDispose]() {
          await database.query(`drop database ${copy} with (force)`);
        },
      });
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** A process that lends, with its simulators and its database. */
export interface Library extends AsyncDisposable {
  readonly store: Store;
  readonly legacy: RunningSimulators;
  readonly services: ResolverServices;
  readonly journal: JournalDatabase;
  /** The warnings and errors in the log. */
  readonly log: string[];
  /** The lines about progress in the log. */
  readonly progress: string[];
  /** The numbers of items that can be lent. */
  readonly shelf: string[];
  /** How far this process's monotonic clock is ahead of the machine's, in ms. */
  aheadMs: number;
  /** Lends the next item on the shelf. Resolves to the operation's id. Rejects unless the operation is done. */
  lend(): Promise<string>;
  /** Asks for an item that is on loan. Resolves to the operation's id. Rejects unless the operation is refused. */
  refuse(): Promise<string>;
  /** Like `lend`, but with either of the patron's cards, and without a check of the quota. */
  lendUnchecked(): Promise<Lent>;
  /** Returns the loan's item at a desk. */
  takeBack(loan: Lent): Promise<void>;
  /**
   * Adds an event of a desk from months ago. It shows that circulation still has the events of all operations of the
   * test.
   */
  addOldEvent(): void;
  /** Adds an event with the given reference. The kind of the event is not in circulation's contract. */
  addUnknownEvent(reference: string): void;
  /**
   * The last event of the feed.
   * @throws Error if the feed is empty
   */
  lastEvent(): EventRow;
  /** Follows the feed with short pauses, and settles operations. Disposing of the library also ends the follower. */
  follow(): Promise<FeedFollower>;
  /** The number of operations that were compared with circulation's events. */
  countCompared(): Promise<number>;
  findings(): Promise<readonly Pick<Finding, 'operationId' | 'discrepancy'>[]>;
  /** Like `findings`, but this process's monotonic clock is first put forward by 20 s. */
  findingsLater(): Promise<readonly Pick<Finding, 'operationId' | 'discrepancy'>[]>;
}

export interface Lent {
  readonly operationId: string;
  readonly itemNumber: string;
}

const libraryCard = '21852000000033';
const smartId = '21852000000041';
const patronId = 'P0000002';
/** A time long before the test's database was created, in circulation's form. */
export const monthsAgo = stampOf(new Date(Date.now() - 60 * 86_400_000));

const never = new AbortController().signal;

/** Pauses for a twentieth of the given time. */
const hurried = (ms: number, signal: AbortSignal) => pause(Math.ceil(ms / 20), signal);

export async function openLibrary(database: Database, store = storeForTests()): Promise<Library> {
  await using resources = new AsyncDisposableStack();
  const legacy = resources.use(await startSimulators({ store }));
  const journal = resources.use(await database.open());
  const log: string[] = [];
  const progress: string[] = [];
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
    findings: journal,
    changes: journal,
    cardEvents: journal,
    suspects: journal,
    standingBlocks: journal,
    notices: journal,
    rowNotes: journal,
    owing: journal,
    merged: journal,
    changeLog: journal,
    logTail: resources.use(startLogTail(journal, { monotonic: () => performance.now() })),
    pastPositions: pastPositionsOf(journal),
    index: await temporaryIndex(resources),
    fingerprintKey: new Uint8Array(32),
    times: patientTimes,
    monotonic: () => performance.now() + library.aheadMs,
    log: { info: (_details, message) => progress.push(message), warn: note, error: note },
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
  const addEvent = (event: Omit<EventRow, 'kind' | 'seq' | 'cardNo'> & { readonly kind: string }): void => {
    const seq = (store.circ.events.at(-1)?.seq ?? 0) + 1;
    store.circ.events.push({ ...event, seq, cardNo: libraryCard } as EventRow);
  };
  const findings = async () =>
    (await journal.latestFindings(100)).map(({ operationId, discrepancy }) => ({ operationId, discrepancy }));
  const library: Library = {
    store,
    legacy,
    services,
    journal,
    log,
    progress,
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
        arriveWithinMs: null,
        reconcileAfterMs: 60_000,
        patronId: null,
        isUnlisted: false,
      });
      const times = { sendWithinMs: 10_000, arriveWithinMs: 10_000, reconcileAfterMs: 60_000 };
      const place = {
        patronId,
        kind: 'LOAN',
        libraryCardNumber: card,
        subject: itemNumber,
        since: 0n,
        mergedFrom: [],
      } as const;
      await journal.reserve(operation.id, { ...place, ...times }, () => null);
      const done = await services.circulation.checkOut(card, itemNumber, operation.id, never);
      if ('refused' in done) {
        throw new Error(done.refused);
      }
      await journal.settle(operation.id, outcomeOf('DONE', {}));
      return { operationId: operation.id, itemNumber };
    },
    async takeBack({ itemNumber }) {
      await services.circulation.checkIn(itemNumber, 'desk', never);
    },
    addOldEvent() {
      addEvent({ kind: 'IN', itemNo: shelf[0] ?? '', loanNo: 'L00000001', ref: '', at: monthsAgo });
    },
    addUnknownEvent(ref) {
      addEvent({ kind: 'ZZZ', itemNo: '', loanNo: '', ref, at: stampOf(new Date()) });
    },
    lastEvent() {
      const event = store.circ.events.at(-1);
      if (event === undefined) {
        throw new Error('there is no event');
      }
      return event;
    },
    countCompared: async () => (await journal.accountsAfter('', 100)).length,
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
