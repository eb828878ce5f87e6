import { Pool } from 'pg';
import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { DatabaseConnections } from '../journal/port.ts';
import type { Ask, Sql, Work } from '../sql.ts';
import {
  begin,
  clientWith,
  connect,
  requireDurableSettings,
  runOn,
  transactOn,
  using,
} from './connection.ts';
import { ConnectionTurns } from './connection-turns.ts';
import { type Preparation, prepareOnce } from './preparation.ts';

/** How long a process waits for the database, in ms. */
const bounds = {
  /** Until a new connection is open. */
  connectionTimeoutMillis: 2_000,
  /** Enforced by this process, for a server that no longer answers. */
  query_timeout: 5_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  /** Sends statements without waiting for the answers of those before. The server runs them in order. */
  pipeline: true,
} as const;

/** PostgreSQL. Its views share its connections, and differ in who goes first where all are in use. */
export interface PostgresDatabase<Name extends string> extends Sql<Name>, ByClass<PostgresDatabase<Name>> {
  connections(): DatabaseConnections;
}

/** Of all connections to the journal and its index, and of no others: they must be closed while its data key is replaced. */
export const journalApplication = 'patron-graph';

/** Where a database is, and how this process uses it. */
export interface PostgresSettings {
  readonly url: string;
  /** What `pg_stat_activity` calls its connections. Whoever has the journal's can write into the journal with its data key. */
  readonly applicationName: string;
  /** Asked for each new connection; null: as the URL says. */
  readonly tls: ClientTls | null;
  /** Connections of this process. */
  readonly maxConnections: number;
  /**
   * Whether a statement is prepared once on a connection, under its name. A pooler that gives each transaction another connection
   * must support it.
   */
  readonly preparesStatements: boolean;
  /** Whether tables that this program lacks are made. If not, opening rejects, and says what is to be done. */
  readonly migrates: boolean;
}

/**
 * Connects, and runs the preparations in their order. Rejects with `JournalUnavailable` if that fails, if the settings would lose
 * commits in a crash, or if this program can't work with the tables. No error quotes the URL.
 *
 * It leaves nothing in a session of the server, whether settings or locks: behind PgBouncer each transaction may have another one.
 * So every statement runs in a transaction, which has its isolation level and time-outs itself.
 */
export async function openPostgres<Name extends string>(
  { url, applicationName, tls, maxConnections: max, preparesStatements, migrates }: PostgresSettings,
  texts: Readonly<Record<Name, string>>,
  preparations: readonly Preparation[],
): Promise<PostgresDatabase<Name>> {
  const pool = new Pool({
    connectionString: url,
    application_name: applicationName,
    max,
    ...bounds,
    ...(tls !== null && { Client: clientWith(tls) }),
  });
  // The pool replaces an idle connection that is lost. A lost connection in use fails the statement that is asked on it.
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
  });
  try {
    const client = await connect(pool);
    await using(client, async () => {
      await requireDurableSettings(client);
      for (const preparation of preparations) {
        await prepareOnce(runOn(client), begin, preparation, migrates);
      }
    });
  } catch (error) {
    await pool.end();
    throw error;
  }
  let ending: Promise<void> | null = null;
  const turns = new ConnectionTurns(max);
  const forClass = perClass((callClass): PostgresDatabase<Name> => {
    async function transact<Result>(_name: string, work: Work<Name, Result>): Promise<Result> {
      const turn = turns.enter(callClass);
      if (turn !== null) {
        await turn;
      }
      try {
        const client = await connect(pool);
        return await using(client, () => transactOn(client, texts, preparesStatements, work));
      } finally {
        turns.leave(callClass);
      }
    }
    const ask: Ask<Name> = (name, values) => transact(name, ({ last }) => last(name, values));
    return {
      read: ask,
      write: ask,
      writeEventually: ask,
      transact,
      transactEventually: transact,
      async writtenThrough() {},
      forClass: (other) => forClass(other),
      connections() {
        const { totalCount: total, idleCount: idle } = pool;
        return { used: total - idle, idle, waiting: turns.waiting(), max };
      },
      async [Symbol.asyncDispose]() {
        // Waits for the statements under way.
        ending ??= pool.end();
        await ending;
      },
    };
  });
  return forClass('lending');
}
