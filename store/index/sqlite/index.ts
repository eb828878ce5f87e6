import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openSqliteDatabase } from '../../sqlite/database.ts';
import { createIndex } from '../create-index.ts';
import type { IndexDatabase } from '../port.ts';
import { createStatements, type StatementName } from '../statements.ts';
import type { Ask, IndexStore, Value } from '../store.ts';

/** The only migration of its file. A change of the tables gets a file of the next version, and the index is built anew. */
const tables = {
  number: 1,
  name: 'tables',
  worksWith: 1,
  sql: readFileSync(join(import.meta.dirname, 'tables.sql'), 'utf8'),
};

/** The index's file, in the folder of the journal's. */
export const indexFileBeside = (journalPath: string): string => join(dirname(journalPath), 'index-2.sqlite');

export interface SqliteIndexOptions {
  /** The file. It is created if it does not exist, and can be deleted at any time while no process has it open. */
  readonly path: string;
  /** The journal's. */
  readonly dataKey: Uint8Array;
  /** One clock for all processes that open the file. Default: the machine's. */
  readonly clock?: () => Date;
}

/** Opens the index in a file of its own. Rejects with `JournalUnavailable` if the file can't be opened or written. */
export async function openSqliteIndex({
  path,
  dataKey,
  clock = () => new Date(),
}: SqliteIndexOptions): Promise<IndexDatabase> {
  const store = openStore(path, () => clock().getTime());
  try {
    return await createIndex(store, dataKey);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}

/** Nothing waits for the disk: what a crash of the machine takes back is built again. */
const noSync = async () => {};

function openStore(path: string, now: () => number): IndexStore {
  const database = openSqliteDatabase(path, noSync, { migrations: [tables], waitsAsync: true });
  const statements = createStatements('');
  const prepared = new Map<StatementName, (values: Record<string, Value>) => readonly object[]>();
  const ask: Ask = async <Row extends object>(name: StatementName, values: readonly Value[]) => {
    const statement = prepared.get(name) ?? database.all<Row>(statements[name]);
    prepared.set(name, statement);
    const named = Object.fromEntries(values.map((value, index) => [`$${index + 1}`, value]));
    return statement(named) as readonly Row[];
  };
  /** The transactions of this process, one after another: `work` gives way to others between its statements. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work);
    turn = result.catch(() => {});
    return result;
  };
  return {
    ask: (name, values) => inTurn(() => ask(name, values)),
    write: (work) => inTurn(() => database.transactAsync(() => work(ask))),
    now: async () => now(),
    [Symbol.asyncDispose]: () => inTurn(() => Promise.resolve(database[Symbol.asyncDispose]())),
  };
}
