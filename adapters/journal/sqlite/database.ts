import { closeSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { type Migration, pendingMigrations, readMigrations } from '../migrations.ts';
import { JournalUnavailable } from '../port.ts';
import { makePrivate, openLog } from './files.ts';
import { writeThrough } from './write-through.ts';

/**
 * How long a transaction waits for another process's, in milliseconds. This process does nothing else meanwhile; a
 * transaction takes a few of them, unless its process was stopped within.
 */
const busyMs = 1_000;
/** The same for opening it, when nobody waits for this process yet, and others may be making the tables. */
const openingMs = 10_000;

/** By the names that stand in the SQL after a colon. */
type Values = Record<string, SQLInputValue>;

/** Resolves when all is on the disk that had been written to the file when it was called. */
export type Sync = (descriptor: number) => Promise<void>;

/**
 * SQLite, with transactions and one kind of error, `JournalUnavailable`. It is synchronous, but for the disk.
 *
 * A commit appends to SQLite's log and waits for no disk: until the log is synced, a crash of the machine may take it back.
 * All processes' commits stand in that one log, which is read up to the first that isn't whole. So a crash takes back the
 * last ones, and never one that another which stays has seen (decision 10).
 */
export interface SqliteDatabase extends AsyncDisposable {
  /** Statements, compiled once. `Row` is what the SQL says that it gives. */
  one<Row>(sql: string): (values: Values) => Row | undefined;
  all<Row>(sql: string): (values: Values) => readonly Row[];
  /** Tells how many rows it changed. */
  run(sql: string): (values: Values) => number;
  /**
   * `work` alone, between other processes' transactions: all of it, or nothing where it throws. The end of this process
   * doesn't take it back.
   */
  transact<Result>(work: () => Result): Result;
  /** Resolves when all is on the disk that has been committed by now, or read. */
  writtenThrough(): Promise<void>;
  /**
   * Moves what stands in the log into the file, and cuts the log off, so that what was removed is gone from both. Later, where
   * another process is reading.
   */
  emptyLog(): void;
  /** `transact`, and then `writtenThrough`. */
  durably<Result>(work: () => Result): Promise<Result>;
}

/**
 * Opens or makes the file, readable by its owner only, and brings its tables up to date.
 * @throws JournalUnavailable where that can't be, or a newer program has been there.
 */
export function openSqliteDatabase(path: string, sync: Sync): SqliteDatabase {
  makePrivate(path);
  const database = asUnavailable(() => new DatabaseSync(path, { timeout: openingMs }));
  const log = bringUpToDate(database);
  const writing = writeThrough(() => sync(log));
  const prepare = (sql: string): StatementSync => asUnavailable(() => database.prepare(sql));
  const transact = <Result>(work: () => Result): Result => {
    writing.check();
    return transaction(database, work);
  };
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
    emptyLog() {
      asUnavailable(() => database.exec('pragma wal_checkpoint(truncate)'));
    },
    writtenThrough: writing.wait,
    async durably(work) {
      const result = transact(work);
      await writing.wait();
      return result;
    },
    async [Symbol.asyncDispose]() {
      if (!database.isOpen) {
        return;
      }
      // From here on nobody comes any more.
      database.close();
      await writing[Symbol.asyncDispose]();
      closeSync(log);
    },
  };
}

/** Brings the tables up to date, and gives a descriptor of the log. */
function bringUpToDate(database: DatabaseSync): number {
  try {
    // What is removed is overwritten: it was kept of a person.
    const settings = 'pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on';
    asUnavailable(() => database.exec(settings));
    // Who finds all done stands in nobody's way.
    const pending = asUnavailable(() => pendingIn(database));
    if (pending.length > 0) {
      transaction(database, () => migrate(database));
    }
    asUnavailable(() => database.exec(`pragma busy_timeout = ${busyMs}`));
    // Where links lead to: the log is there.
    return openLog(database.location() ?? '');
  } catch (error) {
    database.close();
    throw error;
  }
}

function transaction<Result>(database: DatabaseSync, work: () => Result): Result {
  return asUnavailable(() => {
    // What is read within decides what is written, so nobody else may write from here on.
    database.exec('begin immediate');
    try {
      const result = work();
      database.exec('commit');
      return result;
    } catch (error) {
      // SQLite has ended it already where the disk is full, say.
      if (database.isTransaction) {
        database.exec('rollback');
      }
      throw error;
    }
  });
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
  if (table === undefined) {
    return all;
  }
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
    if (!isSqlite) {
      throw error;
    }
    throw new JournalUnavailable(`journal: SQLite: ${error.message}`, { cause: error });
  }
}
