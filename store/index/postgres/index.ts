import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  journalApplication,
  openPostgres,
  type PostgresDatabase,
  type PostgresSettings,
} from '../../postgres/database.ts';
import { ownSchema } from '../../postgres/preparation.ts';
import { rowRights, type SchemaRights } from '../../postgres/process-roles.ts';
import { createIndex } from '../create-index.ts';
import type { IndexDatabase } from '../port.ts';
import { createStatements } from '../statements/index.ts';
import type { IndexStore } from '../store.ts';
import { postgresDialect } from './dialect.ts';

/**
 * The schema's name contains the version of the tables. A change of the tables needs the next version. The index is then
 * built again.
 */
const schema = 'patron_graph_index_3';

const statements = {
  ...createStatements(`${schema}.`, postgresDialect),
  // Truncating removes all rows at once, without a trigger for each row.
  removeAllLoans: `truncate ${schema}.loans`,
  removeAllHolds: `truncate ${schema}.holds`,
  removeAllCardReadings: `truncate ${schema}.card_readings`,
  removeAllToRead: `truncate ${schema}.to_read`,
  removeAllOpenLoans: `truncate ${schema}.open_loans`,
  removeAllCards: `truncate ${schema}.cards`,
  /**
   * The number of the lock is arbitrary, but no other program may use it. The lock is held until the transaction ends.
   * The commit need not wait for the disk. A crash undoes the last commits as a whole. So the position in the feed and
   * the list of cards still fit each other.
   */
  excludeOtherWriters: `select set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(7267667467)`,
  now: 'select cast(extract(epoch from clock_timestamp()) * 1000 as bigint) as now',
} as const;

/** The limit is low, so that lists never take the connections that lending needs. */
const maxConnections = 4;

export const indexTables = ownSchema(
  schema,
  'build',
  readFileSync(join(import.meta.dirname, 'tables.sql'), 'utf8'),
);

/** Each subgraph may also truncate the tables, because it empties an index that was written with another data key. */
const indexRowRights = `${rowRights}, truncate`;
export const indexRights: SchemaRights = {
  schema,
  rights: {
    patron_graph_patrons: indexRowRights,
    patron_graph_credentials: indexRowRights,
    patron_graph_circulation: indexRowRights,
    patron_graph_charges: indexRowRights,
  },
  except: {},
};

export interface PostgresIndexOptions
  extends Pick<PostgresSettings, 'url' | 'tls'>,
    Partial<Pick<PostgresSettings, 'preparesStatements' | 'migrates'>> {
  /** The journal's data key. */
  readonly dataKey: Uint8Array;
}

/** Opens the index in the journal's database. Rejects with `StoreUnavailable` if the database can't be reached. */
export async function openPostgresIndex({
  url,
  tls,
  dataKey,
  preparesStatements = true,
  migrates = true,
}: PostgresIndexOptions): Promise<IndexDatabase> {
  const applicationName = journalApplication;
  const settings = { url, applicationName, tls, maxConnections, preparesStatements, migrates };
  const database = await openPostgres(settings, statements, [indexTables]);
  try {
    return await createIndex(storeIn(database), dataKey);
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}

function storeIn(database: PostgresDatabase<keyof typeof statements>): IndexStore {
  return {
    ask: database.read,
    write: (work) =>
      database.transact('write', function* ({ ask, commit }) {
        ask('excludeOtherWriters', []);
        const result = yield* work(ask);
        commit();
        return result;
      }),
    async now() {
      const [row] = await database.read<{ now: string }>('now', []);
      return Number(row?.now);
    },
    async draw() {
      const [row] = await database.read<{ number: string }>('draw', []);
      return Number(row?.number);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}
