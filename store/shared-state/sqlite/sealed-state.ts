import { fdatasync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSqliteDatabase } from '../../sqlite/database.ts';
import type { SealedState, StateOwner } from '../port.ts';
import { createState, type StateOptions, type StateSecrets } from '../sealed-state/create-state.ts';
import { type Ask, createStatements, type StatementName } from '../sealed-state/statements.ts';

const tables = {
  number: 1,
  name: 'sealed state',
  worksWith: 1,
  sql: readFileSync(join(import.meta.dirname, 'sealed-state.sql'), 'utf8'),
};

export interface SqliteStateOptions extends Partial<StateOptions> {
  /** The file. It is created if it does not exist, with its folder. */
  readonly path: string;
  readonly owner: StateOwner;
  readonly secrets: StateSecrets;
}

/** Opens the state in a file of its own, for the processes of one machine. Rejects if the file or the secret can't be used. */
export async function openSqliteState({
  path,
  owner,
  secrets,
  now = Date.now,
  ...options
}: SqliteStateOptions): Promise<SealedState> {
  const database = openSqliteDatabase(path, promisify(fdatasync), {
    migrations: [tables],
    waitsAsync: false,
  });
  const statements = createStatements('');
  const prepared = new Map<StatementName, (values: Record<string, string | number | null>) => unknown>();
  const ask: Ask = async <Row extends object>(
    name: StatementName,
    values: readonly (string | number | null)[],
  ) => {
    const statement = prepared.get(name) ?? database.all<Row>(statements[name]);
    prepared.set(name, statement);
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
    const rows = statement(named) as readonly Row[];
    // Also what was read: another process's change must not be taken back by a crash once somebody has seen it.
    await database.writtenThrough();
    return rows;
  };
  try {
    const state = await createState(ask, owner, secrets, { now, ...options });
    return { ...state, [Symbol.asyncDispose]: () => Promise.resolve(database[Symbol.asyncDispose]()) };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
