import { DatabaseError, Pool, type PoolClient, type QueryConfig } from 'pg';
import { type Migration, pendingMigrations, readMigrations } from '../migrations.ts';
import { JournalUnavailable } from '../port.ts';
import { statements } from './statements.ts';

/** What the journal takes of a database, and how long it waits for it. */
const bounds = {
  /** Connections. */
  max: 10,
  /** Milliseconds, each. To a connection, a free one or a new one. */
  connectionTimeoutMillis: 2_000,
  /** By the server: another transaction of the same patron's may be in the way meanwhile. */
  statement_timeout: 4_000,
  /**
   * By the server, which ends the transaction of a process that was stopped within: others wait for its patron. Where the
   * process had several for one patron, each gets its turn, and as long.
   */
  idle_in_transaction_session_timeout: 1_000,
  /** By this process, where no server answers any more. */
  query_timeout: 5_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  /** What doesn't wait for an answer is sent at once; the server takes it in turn. */
  pipeline: true,
} as const;

/** For a migration: a table may be large. Milliseconds. */
const migrationMs = 600_000;
/** Of the advisory lock that one process at a time migrates under: any number that nobody else uses. */
const migrationLock = 7_267_667_466;

type Value = string | number | bigint | boolean | null | readonly string[];

/** Asks one statement, prepared on each connection. `Row` is what its SQL says that it gives. */
export type Ask = <Row extends object = never>(
  name: keyof typeof statements,
  values: readonly Value[],
) => Promise<{
  readonly rows: readonly Row[];
  /** Rows given or changed. */
  readonly count: number;
}>;

/** What can be asked within a transaction; what is asked at the same moment is answered in turn, each seeing what was before. */
export interface Transaction {
  readonly ask: Ask;
  /** Once: asks this, and commits all of it, written through. */
  readonly last: Ask;
}

/** PostgreSQL, with transactions and one kind of error: all that it rejects with of its own is `JournalUnavailable`. */
export interface PostgresDatabase extends AsyncDisposable {
  /** Outside a transaction, so that it is one. */
  readonly ask: Ask;
  /** Keeps what `work` asks where it has asked the last of it; nothing where it hasn't, or where something fails. */
  transact<Result>(work: (transaction: Transaction) => Promise<Result>): Promise<Result>;
}

/** Asks any statement, and tells the rows that it gives. `Row` is what its SQL says. */
export type Run = <Row extends object = never>(text: string, values?: unknown[]) => Promise<readonly Row[]>;

/** What is to be done once to a database before it is used; `prepare` is run in a transaction, by one process at a time. */
export interface Preparation {
  isDone(run: Run): Promise<boolean>;
  prepare(run: Run): Promise<void>;
}

/**
 * Connects, and brings the tables up to date, and after that what is in them.
 * @throws JournalUnavailable where that can't be, or a newer program has been there. Never tells the URL.
 */
export async function openPostgresDatabase(
  url: string,
  preparation: Preparation | null,
): Promise<PostgresDatabase> {
  const pool = new Pool({ connectionString: url, application_name: 'patron-graph', ...bounds });
  // A connection lost while nobody asks is told to who asks next on it; the pool drops it and opens others.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // Before anything else that is asked on it, which is told where this fails: the connection is gone then.
    client.query(`set session characteristics as transaction ${isolation}`).catch(() => {});
  });
  try {
    const client = await connect(pool);
    await using(client, async () => {
      await refuseWhatForgets(client);
      await prepareOnce(client, migrating);
      if (preparation !== null) {
        await prepareOnce(client, preparation);
      }
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  let ending: Promise<void> | null = null;
  return {
    async ask(name, values) {
      const client = await connect(pool);
      return await using(client, () => asking(client)(name, values));
    },
    async transact(work) {
      const client = await connect(pool);
      return await using(client, () => transact(client, work));
    },
    async [Symbol.asyncDispose]() {
      // Waits for what is under way.
      ending ??= pool.end();
      await ending;
    },
  };
}

/**
 * Whatever the role or the database has: who has locked a row sees with the next statement all that others committed before,
 * which a snapshot of the whole transaction would hide.
 */
const isolation = 'isolation level read committed';

/**
 * Settings with which a crash takes back what was committed. `synchronous_commit` can be changed while we run, and is looked at
 * again by each statement that promises something (`require_durable_commit`).
 */
async function refuseWhatForgets(client: PoolClient): Promise<void> {
  const { rows } = await told(() =>
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

const connect = (pool: Pool): Promise<PoolClient> => told(() => pool.connect());

/** Gives the connection back afterwards; closes it where something failed, and the server undoes what was half done. */
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
  (client: PoolClient): Ask =>
  async <Row extends object>(name: keyof typeof statements, values: readonly Value[]) => {
    const { rows, rowCount } = await told(() =>
      client.query<Row>({ name, text: statements[name], values: [...values] }),
    );
    return { rows, count: rowCount ?? 0 };
  };

async function transact<Result>(
  client: PoolClient,
  work: (transaction: Transaction) => Promise<Result>,
): Promise<Result> {
  const ask = asking(client);
  // Sent along with what is asked first, whose answer is worth nothing where this has failed.
  const begun = told(() => client.query(`begin ${isolation}`));
  let isCommitted = false;
  const [result] = await Promise.all([
    work({
      async ask(name, values) {
        const [answer] = await Promise.all([ask(name, values), begun]);
        return answer;
      },
      async last(name, values) {
        isCommitted = true;
        // Where the statement fails, the server makes of the commit a rollback.
        const [answer] = await Promise.all([ask(name, values), told(() => client.query('commit'))]);
        return answer;
      },
    }),
    begun,
  ]);
  if (!isCommitted) {
    await told(() => client.query('rollback'));
  }
  return result;
}

/** What pg rejects with, as `JournalUnavailable`. Not with its cause: that may quote the URL, or values. */
async function told<Result>(ask: () => Promise<Result>): Promise<Result> {
  try {
    return await ask();
  } catch (error) {
    throw new JournalUnavailable(`journal: PostgreSQL: ${reasonOf(error)}`);
  }
}

/** SQLSTATE classes whose messages are about the connection, the server or its load, and quote no value. */
const aboutTheServer = /^(08|25|28|3D|40|42|53|55|57|58)/;

function reasonOf(error: unknown): string {
  if (error instanceof DatabaseError) {
    const code = error.code ?? 'no code';
    return aboutTheServer.test(code) ? `${code}, ${error.message}` : code;
  }
  if (!(error instanceof Error)) {
    return 'no reason given';
  }
  // One error for each address that was tried has no message of its own.
  return error.message !== '' ? error.message : String('code' in error ? error.code : error.name);
}

/** One process at a time, in one transaction. Who finds all done needs no right to change tables. */
async function prepareOnce(client: PoolClient, { isDone, prepare }: Preparation): Promise<void> {
  const run: Run = async <Row extends object>(text: string, values: unknown[] = []) => {
    const query: QueryConfig & { query_timeout: number } = { text, values, query_timeout: migrationMs };
    return (await told(() => client.query<Row>(query))).rows;
  };
  if (await isDone(run)) {
    return;
  }
  await run(`begin ${isolation}`);
  await run(`set local statement_timeout = ${migrationMs}`);
  await run('select pg_advisory_xact_lock($1)', [migrationLock]);
  await prepare(run);
  await run('commit');
}

const migrating: Preparation = {
  isDone: async (run) => (await pendingIn(run)).length === 0,
  async prepare(run) {
    await run('create schema if not exists patron_graph');
    await run(
      'create table if not exists patron_graph.migrations (number integer primary key, name text not null)',
    );
    for (const { number, name, sql } of await pendingIn(run)) {
      await run(sql);
      await run('insert into patron_graph.migrations (number, name) values ($1, $2)', [number, name]);
    }
  },
};

async function pendingIn(run: Run): Promise<readonly Migration[]> {
  const migrations = readMigrations('postgres');
  const [table] = await run<{ isThere: boolean }>(
    `select to_regclass('patron_graph.migrations') is not null as "isThere"`,
  );
  if (table?.isThere !== true) {
    return migrations;
  }
  const [last] = await run<{ applied: number }>(
    'select coalesce(max(number), 0) as applied from patron_graph.migrations',
  );
  return pendingMigrations(migrations, last?.applied ?? 0);
}
