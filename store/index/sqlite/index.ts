import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openSqliteDatabase } from '../../sqlite/database.ts';
import { sqliteSql } from '../../sqlite/sql.ts';
import { createIndex } from '../create-index.ts';
import type { IndexDatabase } from '../port.ts';
import { createStatements } from '../statements/index.ts';
import type { IndexStore } from '../store.ts';
import { sqliteDialect } from './dialect.ts';

/**
 * The only migration of the index's file. A change of the tables needs a file with the next version in its name. The
 * index is then built again in that file.
 */
const tables = {
  number: 1,
  name: 'tables',
  worksWith: 1,
  sql: readFileSync(join(import.meta.dirname, 'tables.sql'), 'utf8'),
};

/** The path of the index's file. It is in the folder of the journal. */
export const indexFileBeside = (journalPath: string): string => join(dirname(journalPath), 'index-3.sqlite');

export interface SqliteIndexOptions {
  /** The file. It is created if it does not exist, and can be deleted at any time while no process has it open. */
  readonly path: string;
  /** The journal's data key. */
  readonly dataKey: Uint8Array;
  /** The one clock of all processes that open the file. Default: the machine's clock. */
  readonly clock?: () => Date;
  /** This process's monotonic clock, in ms. */
  readonly monotonic?: () => number;
}

/** Opens the index in a file of its own. Rejects with `StoreUnavailable` if the file can't be opened or written. */
export async function openSqliteIndex({
  path,
  dataKey,
  clock = () => new Date(),
  monotonic,
}: SqliteIndexOptions): Promise<IndexDatabase> {
  const store = openStore(path, () => clock().getTime());
  try {
    return await createIndex(store, dataKey, monotonic);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Commits of the index don't wait for the disk. If the machine crashes, everything that was lost is built again. */
const noSync = async () => {};

function openStore(path: string, clock: () => number): IndexStore {
  const database = openSqliteDatabase(path, noSync, { migrations: [tables], waitsAsync: true });
  const sql = sqliteSql(database, createStatements('', sqliteDialect), clock);
  const write: IndexStore['write'] = (work) =>
    sql.transactEventually('write', function* ({ ask, commit }) {
      const result = yield* work(ask);
      commit();
      return result;
    });
  return {
    ask: sql.read,
    write,
    now: async () => clock(),
    async draw() {
      const [row] = await write((ask) => ask<{ number: number }>('draw', []));
      return Number(row?.number);
    },
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}
