import { fdatasync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSqliteDatabase } from '../../sqlite/database.ts';
import { sqliteSql } from '../../sqlite/sql.ts';
import type { SealedState, StateOwner } from '../port.ts';
import { createState, type StateOptions, type StateSecrets } from '../sealed-state/create-state.ts';
import { createStatements } from '../sealed-state/statements.ts';

const tables = {
  number: 1,
  name: 'sealed state',
  worksWith: 1,
  sql: readFileSync(join(import.meta.dirname, 'sealed-state.sql'), 'utf8'),
};

export interface SqliteStateOptions extends Partial<StateOptions> {
  /** The path of the file. The file and its folder are created if they don't exist. */
  readonly path: string;
  readonly owner: StateOwner;
  readonly secrets: StateSecrets;
  /** The name of this process, if it must be the only one that uses the file. */
  readonly holder?: string | undefined;
}

/**
 * Opens the state in a file of its own, for the processes of one machine. Rejects if the file or the secret can't be
 * used.
 */
export async function openSqliteState({
  path,
  owner,
  secrets,
  holder,
  now = Date.now,
  ...options
}: SqliteStateOptions): Promise<SealedState> {
  const database = openSqliteDatabase(path, promisify(fdatasync), {
    migrations: [tables],
    waitsAsync: false,
    holder,
  });
  const sql = sqliteSql(database, createStatements(''), now);
  try {
    // Statements that only read also run as `write`, which waits for the disk. So nobody sees a change that a crash can
    // still undo.
    const state = await createState(sql.write, owner, secrets, { now, ...options });
    return { ...state, [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose]() };
  } catch (error) {
    await sql[Symbol.asyncDispose]();
    throw error;
  }
}
