import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { IndexDatabase, IndexedHold, IndexedLoan } from '../../../store/index/port.ts';
import { postgresDialect } from '../../../store/index/postgres/dialect.ts';
import { openPostgresIndex } from '../../../store/index/postgres/index.ts';
import { sqliteDialect } from '../../../store/index/sqlite/dialect.ts';
import { openSqliteIndex } from '../../../store/index/sqlite/index.ts';
import { createStatements, type StatementName } from '../../../store/index/statements/index.ts';
import { openLists } from '../../support/index/open-lists.ts';
import type { PostgresServer } from '../../support/postgres.ts';
import { preparedForProcesses, urlAs } from '../../support/set-up/process-roles.ts';

const dataKey = new Uint8Array(32).fill(7);

/** An index under test. It is empty at first. */
export interface IndexUnderTest extends AsyncDisposable {
  readonly index: IndexDatabase;
  /** Opens the index as another process does, with this data key. The new instance is closed with the subject. */
  open(dataKey?: Uint8Array): Promise<IndexDatabase>;
  /** Runs a statement directly in the database. */
  query(sql: string): Promise<readonly Record<string, unknown>[]>;
  /** The name of one of the index's tables in SQL. */
  table(name: string): string;
  /** The database's plan for one of the statements: its steps, with the tables and indexes that they use. */
  explain(name: StatementName, values: readonly (string | number)[]): Promise<string>;
}

export type IndexOpening = () => Promise<IndexUnderTest>;

export const openInSqlite: IndexOpening = async () => {
  await using resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'index-'));
  resources.defer(() => rm(folder, { recursive: true }));
  const path = join(folder, 'index.sqlite');
  const open = async (key?: Uint8Array) => await openSqliteIndex({ path, dataKey: key ?? dataKey });
  const index = resources.use(await open());
  const all = (sql: string, values: Record<string, string | number> = {}) => {
    using database = new DatabaseSync(path);
    return database.prepare(sql).all(values);
  };
  const moved = resources.move();
  return {
    index,
    open: async (key) => moved.use(await open(key)),
    query: async (sql) => all(sql),
    table: (name) => name,
    async explain(name, values) {
      const named = Object.fromEntries(values.map((value, at) => [`$${at + 1}`, value]));
      return JSON.stringify(all(`explain query plan ${createStatements('', sqliteDialect)[name]}`, named));
    },
    [Symbol.asyncDispose]: () => moved.disposeAsync(),
  };
};

export function openInPostgres(server: PostgresServer): IndexOpening {
  const createDatabase = preparedForProcesses(server);
  return async () => {
    await using resources = new AsyncDisposableStack();
    const database = resources.use(await createDatabase());
    // The rights of *circulation*, which builds the index.
    const url = urlAs('patron_graph_circulation', database.url);
    const open = async (key?: Uint8Array) =>
      await openPostgresIndex({ url, tls: null, dataKey: key ?? dataKey });
    const index = resources.use(await open());
    const moved = resources.move();
    return {
      index,
      open: async (key) => moved.use(await open(key)),
      query: (sql) => database.query(sql),
      table: (name) => `patron_graph_index_3.${name}`,
      async explain(name, values) {
        const text = createStatements('patron_graph_index_3.', postgresDialect)[name];
        const literals = values.map((value) => (typeof value === 'number' ? String(value) : `'${value}'`));
        const sql = text.replace(/\$(\d+)/g, (_, at) => literals[Number(at) - 1] ?? 'null');
        return JSON.stringify(await database.query(`explain ${sql}`));
      },
      [Symbol.asyncDispose]: () => moved.disposeAsync(),
    };
  };
}

/** Begins an index whose feed has no events, and opens its lists. */
export async function beginOpen(index: IndexDatabase): Promise<void> {
  await index.begin();
  await openLists(index);
}

/** A card number that ends with `at`. */
export const cardOf = (at: number): string => `2185200000${String(at).padStart(4, '0')}`;

export const loanOf = (at: number, card: string, more: Partial<IndexedLoan> = {}): IndexedLoan => ({
  id: `L${String(at).padStart(8, '0')}`,
  libraryCardNumber: card,
  itemNumber: `3185200000${String(at).padStart(4, '0')}`,
  titleNumber: `B${String(at % 7).padStart(7, '0')}`,
  title: `紅樓夢 ${at % 7}`,
  branch: 'HKCL',
  dueOn: '2026-11-20',
  ...more,
});

export const holdOf = (at: number, card: string, more: Partial<IndexedHold> = {}): IndexedHold => ({
  id: `H${String(at).padStart(7, '0')}`,
  libraryCardNumber: card,
  titleNumber: 'B0000001',
  title: '紅樓夢 1',
  pickupBranch: 'HKCL',
  state: 'QUEUED',
  placedAt: `2026-11-01T10:00:${String(at % 60).padStart(2, '0')}+08:00`,
  readyUntil: null,
  ...more,
});
