import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type Migration, pendingMigrations, readMigrations } from './migrations.ts';
import { JournalUnavailable } from './port.ts';

/**
 * How long a transaction waits for another process's, in milliseconds. This process does nothing else meanwhile; a
 * transaction takes a few of them, unless its process was stopped within.
 */
const busyMs = 1_000;
/** The same for opening it, when nobody waits for this process yet, and others may be making the tables. */
const openingMs = 10_000;

/**
 * `durable`: resolved means written through to the disk. `eventual`: the next durable transaction writes it through; a
 * crash of the process loses nothing, one of the machine may.
 */
export type Durability = 'durable' | 'eventual';

/** By the names that stand in the SQL after a colon. */
type Values = Record<string, SQLInputValue>;

/** SQLite, with transactions and one kind of error: all that it throws is `JournalUnavailable`, and it is synchronous. */
export interface SqliteDatabase extends Disposable {
  /** Statements, compiled once. `Row` is what the SQL says that it gives. */
  one<Row>(sql: string): (values: Values) => Row | undefined;
  all<Row>(sql: string): (values: Values) => readonly Row[];
  /** Tells how many rows it changed. */
  run(sql: string): (values: Values) => number;
  /** `work` alone, between other processes' transactions: all of it, or nothing where it throws. */
  transact<Result>(durability: Durability, work: () => Result): Result;
}

/**
 * Opens or makes the file, readable by its owner only, and brings its tables up to date.
 * @throws JournalUnavailable where that can't be, or a newer program has been there.
 */
export function openSqliteDatabase(path: string): SqliteDatabase {
  makePrivate(path);
  const database = asUnavailable(() => new DatabaseSync(path, { timeout: openingMs }));
  let durability: Durability | null = null;
  const prepare = (sql: string): StatementSync => asUnavailable(() => database.prepare(sql));

  function transact<Result>(wanted: Durability, work: () => Result): Result {
    return asUnavailable(() => {
      if (wanted !== durability) {
        database.exec(`pragma synchronous = ${wanted === 'durable' ? 'full' : 'normal'}`);
        durability = wanted;
      }
      // What is read within decides what is written, so nobody else may write from here on.
      database.exec('begin immediate');
      try {
        const result = work();
        database.exec('commit');
        return result;
      } catch (error) {
        // SQLite has ended it already where the disk is full, say.
        if (database.isTransaction) database.exec('rollback');
        throw error;
      }
    });
  }

  try {
    asUnavailable(() => database.exec('pragma journal_mode = wal'));
    // Who finds all done stands in nobody's way.
    const pending = asUnavailable(() => pendingIn(database));
    if (pending.length > 0) transact('durable', () => migrate(database));
    asUnavailable(() => database.exec(`pragma busy_timeout = ${busyMs}`));
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    one<Row>(sql: string) {
      const statement = prepare(sql);
      return (values: Values) => asUnavailable(() => statement.get(values) as Row | undefined);
    },
    all<Row>(sql: string) {
      const statement = prepare(sql);
      return (values: Values) => asUnavailable(() => statement.all(values) as unknown[] as readonly Row[]);
    },
    run(sql) {
      const statement = prepare(sql);
      return (values) => asUnavailable(() => Number(statement.run(values).changes));
    },
    transact,
    [Symbol.dispose]() {
      if (database.isOpen) database.close();
    },
  };
}

/** SQLite would make the file with what the umask leaves; its log and index beside it get the file's own mode. */
function makePrivate(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new JournalUnavailable(`journal: the file can't be had: ${error.message}`, { cause: error });
  }
}

function migrate(database: DatabaseSync): void {
  database.exec(
    'create table if not exists migrations (number integer primary key, name text not null) strict',
  );
  const record = database.prepare('insert into migrations (number, name) values (?, ?)');
  for (const { number, name, sql } of pendingIn(database)) {
    database.exec(sql);
    record.run(number, name);
  }
}

function pendingIn(database: DatabaseSync): readonly Migration[] {
  const all = readMigrations('sqlite');
  const table = database.prepare("select 1 from sqlite_schema where name = 'migrations'").get();
  if (table === undefined) return all;
  const { applied } = database.prepare('select count(*) as applied from migrations').get() as {
    applied: number;
  };
  return pendingMigrations(all, applied);
}

/** What SQLite throws, as `JournalUnavailable`; its messages name tables and columns, never a value. */
function asUnavailable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const isSqlite =
      error instanceof Error &&
      'code' in error &&
      (error.code === 'ERR_SQLITE_ERROR' || error.code === 'ERR_INVALID_STATE');
    if (!isSqlite) throw error;
    throw new JournalUnavailable(`journal: SQLite: ${error.message}`, { cause: error });
  }
}
