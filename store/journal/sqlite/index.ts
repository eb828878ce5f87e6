import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import type { ByClass } from '../../../platform/priority/call-classes.ts';
import { atOnce } from '../../sql.ts';
import { openSqliteDatabase, type SqliteDatabase, type Sync } from '../../sqlite/database.ts';
import { extendFile } from '../../sqlite/files.ts';
import { runIn, sqliteSql } from '../../sqlite/sql.ts';
import { PlacesClosed } from '../../store-unavailable.ts';
import { tracedSql } from '../../traced-sql.ts';
import {
  dataKeyIn,
  encryptDatabase,
  isEncrypted,
  type JournalSecrets,
  replaceDataKey,
} from '../encryption/encrypt-database.ts';
import { createJournal } from '../journal.ts';
import { readMigrations } from '../migrations.ts';
import type { JournalDatabase } from '../port.ts';
import { sqliteDialect } from './dialect.ts';
import { statements } from './statements.ts';

export interface SqliteJournalOptions extends JournalSecrets {
  /**
   * The database file. It is created if it does not exist, with its folder. It must be on a disk of this machine:
   * SQLite's locks don't work over a network.
   */
  readonly path: string;
  /** The one clock of all processes that open the file. Default: the machine's clock. */
  readonly clock?: () => Date;
  /** A monotonic clock, in ms. Default: the machine's. */
  readonly monotonic?: () => number;
  /** The name of this process, if it must be the only one that uses the file. */
  readonly holder?: string | undefined;
  /** Writes the file to the disk. Default: `fdatasync`. */
  readonly sync?: Sync;
}

/**
 * Opens the journal in one file, for the processes of one machine. Rejects with `StoreUnavailable` if the file can't be
 * opened or written, is encrypted with another secret, or was used by a newer program.
 */
export async function openSqliteJournal({
  path,
  clock = () => new Date(),
  monotonic = () => performance.now(),
  holder,
  sync = promisify(fdatasync),
  secret,
  otherSecrets = [],
  replaceDataKey: replaces = false,
}: SqliteJournalOptions): Promise<JournalDatabase & ByClass<JournalDatabase>> {
  const database = openSqliteDatabase(path, sync, {
    migrations: readMigrations('sqlite'),
    waitsAsync: false,
    holder,
  });
  database.define('extend_file', () => extendFile(path));
  database.define('require_compared', (isRestored) => (isRestored === 0 ? 1 : refuseRestored()));
  const sql = sqliteSql(database, statements, () => clock().getTime());
  const secrets = secret === null ? null : ([secret, ...otherSecrets] as const);
  try {
    if (secrets !== null) {
      await encrypt(database, secrets, replaces);
    }
    const dataKey = secrets === null ? null : await dataKeyIn(sql, secrets);
    const journal = createJournal(tracedSql(sql, 'sqlite'), dataKey, {
      connections: () => null,
      eraseRemoved: () => database.emptyLog(),
      monotonic,
    });
    // All call classes get the same journal. Priorities would change nothing, because there is one connection, and no
    // statement waits.
    return { ...journal, forClass: () => journal };
  } catch (error) {
    await sql[Symbol.asyncDispose]();
    throw error;
  }
}

async function encrypt(
  database: SqliteDatabase,
  secrets: readonly [Uint8Array, ...Uint8Array[]],
  replaces: boolean,
): Promise<void> {
  const run = runIn(database);
  // If the database is already encrypted with the present secret, no transaction begins: it would have to wait for
  // other processes.
  if (!replaces && atOnce(isEncrypted(run, sqliteDialect, secrets))) {
    return;
  }
  const prepare = replaces ? replaceDataKey : encryptDatabase;
  await database.transact((commit) => {
    atOnce(prepare(run, sqliteDialect, secrets));
    commit();
  });
  database.emptyLog();
}

/** Throws, because the file may have lost operations that hold places. */
function refuseRestored(): never {
  throw new PlacesClosed(
    'journal: SQLite: the file was restored: no place is reserved before it is compared with circulation',
  );
}
