import { Client, type ClientConfig, DatabaseError, Pool, type PoolClient, type QueryConfig } from 'pg';
import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import { type DatabaseConnections, JournalUnavailable } from '../journal/port.ts';
import { ConnectionTurns } from './connection-turns.ts';
import { LockTimeout, migrationMs, type Preparation, prepareOnce, type Run } from './preparation.ts';

/** How long a process waits for the database, in ms. */
const bounds = {
  /** Until a new connection is open. */
  connectionTimeoutMillis: 2_000,
  /** Enforced by this process, for a server that no longer answers. */
  query_timeout: 5_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  /** Sends statements without waiting for the answers of those before. The server runs them in order. */
  pipeline: true,
} as const;

/** How long the server waits within a transaction, in ms. */
const serverBounds = {
  /** A statement may have to wait for another transaction of the same patron. */
  statement_timeout: 4_000,
  /**
   * Ends the transaction of a process that was stopped in the middle, for others wait for its patron. If that process had several
   * transactions for one patron, each has this long, one after another.
   */
  idle_in_transaction_session_timeout: 1_000,
} as const;

type Value = string | number | bigint | boolean | null | readonly string[];

/** Runs one of the statements, prepared once on each connection. `Row` must match the columns that its SQL selects. */
export type Ask<Name extends string> = <Row extends object = never>(
  name: Name,
  values: readonly Value[],
) => Promise<{
  readonly rows: readonly Row[];
  /** The number of rows returned or changed. */
  readonly count: number;
}>;

/** Statements asked at the same moment are sent at once and run in order; each sees the effects of those before. */
export interface Transaction<Name extends string> {
  readonly ask: Ask<Name>;
  /** Runs the transaction's last statement and commits, waiting for the disk. To be called once. */
  readonly last: Ask<Name>;
}

/**
 * PostgreSQL, with transactions and one kind of error: it rejects with `JournalUnavailable`, or with what `work` throws. Its views
 * share its connections, and differ in who goes first where all are in use.
 */
export interface PostgresDatabase<Name extends string>
  extends AsyncDisposable,
    ByClass<PostgresDatabase<Name>> {
  /** The statement is a transaction by itself. */
  readonly ask: Ask<Name>;
  connections(): DatabaseConnections;
  /** Commits if `work` has called `last`. Rolls back if it has not, or if anything fails. */
  transact<Result>(work: (transaction: Transaction<Name>) => Promise<Result>): Promise<Result>;
}

/** Of all connections to the journal and its index, and of no others: they must be closed while its data key is replaced. */
export const journalApplication = 'patron-graph';

/** Where a database is, and how this process uses it. */
export interface PostgresSettings {
  readonly url: string;
  /** What `pg_stat_activity` calls its connections. Whoever has the journal's can write into the journal with its data key. */
  readonly applicationName: string;
  /** Asked for each new connection; null: as the URL says. */
  readonly tls: ClientTls | null;
  /** Connections of this process. */
  readonly maxConnections: number;
  /**
   * Whether a statement is prepared once on a connection, under its name. A pooler that gives each transaction another connection
   * must support it.
   */
  readonly preparesStatements: boolean;
  /** Whether tables that this program lacks are made. If not, opening rejects, and says what is to be done. */
  readonly migrates: boolean;
}

/**
 * Connects, and runs the preparations in their order. Rejects with `JournalUnavailable` if that fails, if the settings would lose
 * commits in a crash, or if this program can't work with the tables. No error quotes the URL.
 *
 * It leaves nothing in a session of the server, whether settings or locks: behind PgBouncer each transaction may have another one.
 * So every statement runs in a transaction, which has its isolation level and time-outs itself.
 */
export async function openPostgres<Name extends string>(
  { url, applicationName, tls, maxConnections: max, preparesStatements, migrates }: PostgresSettings,
  texts: Readonly<Record<Name, string>>,
  preparations: readonly Preparation[],
): Promise<PostgresDatabase<Name>> {
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    ...bounds,
    ...(tls !== null && { Client: clientWith(tls) }),
  });
  // The pool replaces an idle connection that is lost. A lost connection in use fails the statement that is asked on it.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  try {
    const client = await connect(pool);
    await using(client, async () => {
      await requireDurableSettings(client);
      for (const preparation of preparations) {
        await prepareOnce(runOn(client), begin, preparation, migrates);
      }
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  let ending: Promise<void> | null = null;
  const turns = new ConnectionTurns(max);
  const forClass = perClass((callClass): PostgresDatabase<Name> => {
    async function inTransaction<Result>(work: (transaction: Transaction<Name>) => Promise<Result>) {
      const turn = turns.enter(callClass);
      if (turn !== null) {
        await turn;
      }
      try {
        const client = await connect(pool);
        return await using(client, () => transact(client, asking(client, texts, preparesStatements), work));
      } finally {
        turns.leave(callClass);
      }
    }
    return {
      async ask(name, values) {
        return await inTransaction(({ last }) => last(name, values));
      },
      transact: inTransaction,
      forClass: (other) => forClass(other),
      connections() {
        const { totalCount: total, idleCount: idle } = pool;
        return { used: total - idle, idle, waiting: turns.waiting(), max };
      },
      async [Symbol.asyncDispose]() {
        // Waits for the statements under way.
        ending ??= pool.end();
        await ending;
      },
    };
  });
  return forClass('lending');
}

/** A client that connects with the TLS of now. A server that has none is refused: nothing falls back to an open connection. */
function clientWith(tls: ClientTls): typeof Client {
  return class extends Client {
    constructor(config?: ClientConfig) {
      // A copy, because pg changes the object.
      super({ ...config, ssl: { ...tls() } });
    }
  };
}

/**
 * Set explicitly, whatever the default of the role or the database is. A transaction that has locked a row must see, in its next
 * statement, everything that others committed before; a snapshot of the whole transaction would hide it.
 */
const isolation = 'isolation level read committed';
/** Sent at once. The time-outs end with the transaction. */
const begin = [
  `begin ${isolation}`,
  ...Object.entries(serverBounds).map(([setting, ms]) => `set local ${setting} = ${ms}`),
].join('; ');

/**
 * Rejects settings with which a crash takes back what was committed. `synchronous_commit` can be changed while we run, so each
 * statement that promises something checks it again (`require_durable_commit`).
 */
async function requireDurableSettings(client: PoolClient): Promise<void> {
  const { rows } = await asUnavailable(() =>
    client.query<{ fsync: string; synchronous_commit: string }>(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`,
    ),
  );
  const off = Object.entries(rows[0] ?? {}).flatMap(([setting, value]) => (value === 'off' ? [setting] : []));
  if (off.length === 0) {
    return;
  }
  throw new JournalUnavailable(
    `journal: PostgreSQL: ${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} off, and a crash would lose what is promised: set ${off.length === 1 ? 'it' : 'them'} to on`,
  );
}

const connect = (pool: Pool): Promise<PoolClient> => asUnavailable(() => pool.connect());

/** Returns the connection to the pool. Closes it if something failed: the server then rolls back what was under way. */
async function using<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}

const asking =
  <Name extends string>(
    client: PoolClient,
    texts: Readonly<Record<Name, string>>,
    preparesStatements: boolean,
  ): Ask<Name> =>
  async <Row extends object>(name: Name, values: readonly Value[]) => {
    const query = { text: texts[name], values: [...values] };
    const { rows, rowCount } = await asUnavailable(() =>
      client.query<Row>(preparesStatements ? { name, ...query } : query),
    );
    return { rows, count: rowCount ?? 0 };
  };

async function transact<Name extends string, Result>(
  client: PoolClient,
  ask: Ask<Name>,
  work: (transaction: Transaction<Name>) => Promise<Result>,
): Promise<Result> {
  // Sent together with the first statement, whose answer is discarded if this fails.
  const begun = asUnavailable(() => client.query(begin));
  let isCommitted = false;
  const [result] = await Promise.all([
    work({
      async ask(name, values) {
        const [answer] = await Promise.all([ask(name, values), begun]);
        return answer;
      },
      async last(name, values) {
        isCommitted = true;
        // If the statement fails, the server turns the commit into a rollback.
        const [answer] = await Promise.all([ask(name, values), asUnavailable(() => client.query('commit'))]);
        return answer;
      },
    }),
    begun,
  ]);
  if (!isCommitted) {
    await asUnavailable(() => client.query('rollback'));
  }
  return result;
}

/** Turns pg's errors into `JournalUnavailable`. Without their `cause`, which may quote the URL or values. */
async function asUnavailable<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    const Unavailable =
      error instanceof DatabaseError && error.code === lockNotAvailable ? LockTimeout : JournalUnavailable;
    throw new Unavailable(`journal: PostgreSQL: ${reasonOf(error)}`, { isOutage: isOutage(error) });
  }
}

/** The SQLSTATE of a lock that was not free within `lock_timeout`. */
const lockNotAvailable = '55P03';

/** SQLSTATE classes whose messages are about the connection, the server or its load, and don't quote values. */
const serverErrorClasses = /^(08|25|28|3D|40|42|53|55|57|58)/;

/** The classes of a lost connection, of too many connections, and of a server that starts or stops. */
const isOutage = (error: unknown): boolean =>
  !(error instanceof DatabaseError) || /^(08|53|57)/.test(error.code ?? '');

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'no code';
    return serverErrorClasses.test(code) ? `${code}, ${error.message}` : code;
  }
  if (!(error instanceof Error)) {
    return 'no reason given';
  }
  // An AggregateError of all addresses that were tried has no message.
  return error.message !== '' ? error.message : String('code' in error ? error.code : error.name);
}

/** Runs SQL with the patience that a migration needs. */
function runOn(client: PoolClient): Run {
  return async <Row extends object>(text: string, values: unknown[] = []) => {
    const query: QueryConfig & { query_timeout: number } = { text, values, query_timeout: migrationMs };
    return (await asUnavailable(() => client.query<Row>(query))).rows;
  };
}
