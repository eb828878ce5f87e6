import { Pool } from 'pg';
import { type ByClass, perClass } from '../../platform/priority/call-classes.ts';
import { currentCaller } from '../../platform/telemetry/request-scope.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
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

/** The time limits of a process for the database, in ms. */
const bounds = {
  /** The limit for opening a connection. */
  connectionTimeoutMillis: 2_000,
  /** This process enforces this limit, because the server may no longer answer. */
  query_timeout: 5_000,
  idleTimeoutMillis: 30_000,
  keepAlive: true,
  /** Statements are sent without waiting for earlier answers. The server runs them in order. */
  pipeline: true,
} as const;

/**
 * A PostgreSQL database. `forClass` gives an object for each call class. All share the connections. If all connections
 * are in use, the calls of the most urgent class go first.
 */
export interface PostgresDatabase<Name extends string> extends Sql<Name>, ByClass<PostgresDatabase<Name>> {
  connections(): ReturnType<typeof countConnections>;
}

/**
 * The name of all connections to the journal and its index, and of no others. While the data key is replaced, only one
 * process may have connections with this name.
 */
export const journalApplication = 'patron-graph';

export interface PostgresSettings {
  readonly url: string;
  /**
   * The name of this process's connections in `pg_stat_activity`. Connections with the name `journalApplication` may
   * write with the journal's data key.
   */
  readonly applicationName: string;
  /** Settings of TLS, read for each new connection. If null, the URL decides. */
  readonly tls: ClientTls | null;
  readonly maxConnections: number;
  /**
   * Whether each connection prepares a statement once, under its name. A pooler that gives each transaction another
   * connection must support this.
   */
  readonly preparesStatements: boolean;
  /** Whether missing tables are created. If not, opening rejects with a message that says what to do. */
  readonly migrates: boolean;
}

/**
 * Connects, and runs the preparations in order. Rejects with `StoreUnavailable` if one of these steps fails, if a crash
 * would undo commits with the server's settings, or if this program can't work with the tables. No error quotes the URL.
 *
 * No settings and no locks are left in a session of the server, because behind PgBouncer each transaction may have
 * another session. So every statement runs in a transaction, which sets its own isolation level and time-outs.
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
    Client: tls === null ? undefined : clientWith(tls),
  });
  // The pool replaces a lost idle connection. If a connection in use is lost, its statement fails.
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
      const turn = { callClass, caller: currentCaller() };
      const isTurn = turns.enter(turn);
      if (isTurn !== null) {
        await isTurn;
      }
      try {
        const client = await connect(pool);
        return await using(client, () => transactOn(client, texts, preparesStatements, work));
      } finally {
        turns.leave(turn);
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
      connections: () => countConnections(pool, turns, max),
      async [Symbol.asyncDispose]() {
        // `end` waits for the statements under way.
        ending ??= pool.end();
        await ending;
      },
    };
  });
  return forClass('lending');
}

const countConnections = ({ totalCount, idleCount: idle }: Pool, turns: ConnectionTurns, max: number) => ({
  used: totalCount - idle,
  idle,
  waiting: turns.waiting(),
  max,
});
