import { closeSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { type AppliedMigration, type Migration, pendingMigrations } from '../migrations.ts';
import type { Value } from '../sql.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { checkpointPages, makePrivate, openLog } from './files.ts';
import { holdFile } from './hold-file.ts';
import { writeThrough } from './write-through.ts';

/**
 * The longest time that a transaction waits for a transaction of another process, in ms. Unless `waitsAsync` is true,
 * the wait blocks the event loop. A transaction takes a few milliseconds, unless its process was stopped in the middle.
 */
const busyMs = 1_000;
/**
 * The longest time that a transaction waits while the file is being opened, in ms. It may be long, because no caller
 * waits for this process yet, and another process may be creating the tables.
 */
const openingMs = 10_000;
/** The pause between two attempts to begin a transaction without blocking, in ms. */
const retryMs = 2;

/** Resolves when everything that had been written to the file before the call is on the disk. */
export type Sync = (descriptor: number) => Promise<void>;

/**
 * An open SQLite database. Its methods fail only with `StoreUnavailable`.
 *
 * A commit appends to SQLite's write-ahead log and does not wait for the disk. Until the log is synced, a crash of the
 * machine may undo the commit. All processes append to the same log, and after a crash, SQLite reads the log up to the
 * first incomplete commit. This means that only the last commits are lost. A commit that survives has therefore never
 * read a change that is lost (decision 10).
 */
export interface SqliteDatabase extends AsyncDisposable {
  /** Prepares a statement. `Row` must match the columns that it selects or returns. */
  prepare<Row>(text: string): (values: readonly Value[]) => readonly Row[];
  /**
   * Runs `work` in a transaction that excludes the transactions of all other processes. If `work` throws, or has not
   * called `commit`, none of its changes are kept. Otherwise the changes survive the end of this process.
   */
  transact<Result>(work: (commit: () => void) => Result): Promise<Result>;
  /** Adds a function to the SQL of this connection. */
  define(name: string, body: Parameters<DatabaseSync['function']>[1]): void;
  /** @throws StoreUnavailable if an earlier write may not have reached the disk. */
  check(): void;
  /** Resolves when everything that was committed or read before the call is on the disk. */
  writtenThrough(): Promise<void>;
  /**
   * Moves the content of the write-ahead log into the file and empties the log, so that removed rows are gone from
   * both. SQLite postpones this while another process is reading.
   */
  emptyLog(): void;
}

/** The tables of a file, and the way in which its transactions wait for other processes. */
export interface FileContents {
  readonly migrations: readonly Migration[];
  /**
   * Whether a transaction waits for other processes without blocking the event loop. If so, single statements don't
   * wait at all.
   */
  readonly waitsAsync: boolean;
  /** The name of this process, if it must be the only one that uses the file. */
  readonly holder?: string | undefined;
}

/**
 * Opens the file, or creates it. Only its owner can read it. Runs the migrations that the file lacks.
 * @throws StoreUnavailable if a step fails, if a newer program has migrated the file, or if another process holds it.
 */
export function openSqliteDatabase(path: string, sync: Sync, contents: FileContents): SqliteDatabase {
  makePrivate(path);
  using opening = new DisposableStack();
  if (contents.holder !== undefined) {
    opening.use(holdFile(path, contents.holder));
  }
  const database = asUnavailable(() => new DatabaseSync(path, { timeout: openingMs }));
  const log = migrateAndOpenLog(database, contents);
  const held = opening.move();
  const writing = writeThrough(() => sync(log));
  return {
    prepare<Row>(text: string) {
      const statement = asUnavailable(() => database.prepare(text));
      return (values: readonly Value[]) =>
        asUnavailable(() => statement.all(named(values)) as unknown[] as readonly Row[]);
    },
    async transact(work) {
      writing.check();
      for (const until = performance.now() + busyMs; ; await setTimeout(retryMs)) {
        try {
          return transaction(database, work);
        } catch (error) {
          if (!isBusy(error) || performance.now() > until) {
            throw error;
          }
        }
      }
    },
    define: (name, body) => database.function(name, body),
    check: writing.check,
    emptyLog() {
      asUnavailable(() => database.exec('pragma wal_checkpoint(truncate)'));
    },
    writtenThrough: writing.wait,
    async [Symbol.asyncDispose]() {
      if (!database.isOpen) {
        return;
      }
      // The database is closed before the last sync is awaited, so that no call can begin another sync.
      database.close();
      await writing[Symbol.asyncDispose]();
      // Callers that waited for the last sync get their answers before this resolves.
      await setImmediate();
      closeSync(log);
      held.dispose();
    },
  };
}

/** Runs the pending migrations. Returns a file descriptor of the write-ahead log. */
function migrateAndOpenLog(database: DatabaseSync, { migrations, waitsAsync }: FileContents): number {
  try {
    // `secure_delete` overwrites removed rows: they are personal data.
    const settings = 'pragma journal_mode = wal; pragma synchronous = normal; pragma secure_delete = on';
    asUnavailable(() => database.exec(`${settings}; pragma wal_autocheckpoint = ${checkpointPages}`));
    // Without pending migrations, no transaction is begun, because it would wait for other processes.
    const pending = asUnavailable(() => pendingIn(database, migrations));
    if (pending.length > 0) {
      transaction(database, (commit) => {
        migrate(database, migrations);
        commit();
      });
    }
    // Until a statement ends, SQLite keeps the old content of the pages that it changes. The content is kept in memory,
    // because writing it to a temporary file would take as long as the statement itself.
    asUnavailable(() =>
      database.exec(`pragma busy_timeout = ${waitsAsync ? 0 : busyMs}; pragma temp_store = memory`),
    );
    // The log is next to the real file. `location()` returns the path with symbolic links resolved.
    return openLog(database.location() ?? '');
  } catch (error) {
    database.close();
    throw error;
  }
}

function transaction<Result>(database: DatabaseSync, work: (commit: () => void) => Result): Result {
  return asUnavailable(() => {
    // From here on, no other process may write, because what `work` does depends on the data that it reads.
    database.exec('begin immediate');
    let ending: 'commit' | 'rollback' = 'rollback';
    try {
      const result = work(() => {
        ending = 'commit';
      });
      database.exec(ending);
      return result;
    } catch (error) {
      // SQLite may have ended the transaction itself, for example because the disk is full.
      if (database.isTransaction) {
        database.exec('rollback');
      }
      throw error;
    }
  });
}

/** Result codes of SQLite. `busy`: another process has a transaction. `full`: the disk is full. */
const codes = { busy: 5, full: 13 } as const;

const hasCode = (error: unknown, code: keyof typeof codes): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === codes[code];

const isBusy = (error: unknown): boolean => error instanceof Error && hasCode(error.cause, 'busy');

const named = (values: readonly Value[]): Record<string, SQLInputValue> =>
  Object.fromEntries(values.map((value, index) => [`$${index + 1}`, storedValue(value)]));

/** SQLite has no dates, booleans or lists. They are stored as ms since 1970, as 0 or 1, and as JSON. */
function storedValue(value: Value): SQLInputValue {
  if (typeof value === 'boolean') {
    return value ? 1 : 0;
  }
  if (value instanceof Date) {
    return value.getTime();
  }
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}

function migrate(database: DatabaseSync, migrations: readonly Migration[]): void {
  database.exec(
    'create table if not exists migrations (number integer primary key, name text not null) strict',
  );
  const columns = database.prepare("select 1 from pragma_table_info('migrations') where name = 'works_with'");
  if (columns.get() === undefined) {
    database.exec('alter table migrations add column works_with integer');
  }
  const record = database.prepare('insert into migrations (number, name, works_with) values (?, ?, ?)');
  for (const { number, name, sql, worksWith } of pendingIn(database, migrations)) {
    database.exec(sql);
    record.run(number, name, worksWith);
  }
}

/** A row of `migrations`. Databases that only older programs have migrated lack the column `works_with`. */
type MigrationRow =
  | { readonly number: number }
  | { readonly number: number; readonly works_with: number | null };

function pendingIn(database: DatabaseSync, all: readonly Migration[]): readonly Migration[] {
  const table = database.prepare("select 1 from sqlite_schema where name = 'migrations'").get();
  if (table === undefined) {
    return all;
  }
  // All columns are selected, because the column `works_with` may be missing.
  const rows = database.prepare('select * from migrations').all() as unknown[] as readonly MigrationRow[];
  const applied = rows.map(
    (row): AppliedMigration => ({
      number: row.number,
      worksWith: 'works_with' in row ? row.works_with : null,
    }),
  );
  return pendingMigrations(all, applied);
}

function asUnavailable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw unavailable(error);
  }
}

/**
 * Turns SQLite's errors into `StoreUnavailable`. Their messages name tables and columns, never values. Any other error
 * is returned unchanged.
 */
function unavailable(error: unknown): unknown {
  const isSqlite =
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ERR_SQLITE_ERROR' || error.code === 'ERR_INVALID_STATE');
  return isSqlite
    ? new StoreUnavailable(`journal: SQLite: ${error.message}`, {
        cause: error,
        isOutage: hasCode(error, 'full'),
      })
    : error;
}
