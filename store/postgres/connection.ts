import { Client, type ClientConfig, type Pool, type PoolClient, type QueryConfig } from 'pg';
import type { ClientTls } from '../../platform/tls/client.ts';
import { type Asking, type AskWithin, answer, answered, type Value, type Work } from '../sql.ts';
import { StoreUnavailable } from '../store-unavailable.ts';
import { asUnavailable } from './errors.ts';
import { migrationMs, type Run } from './preparation.ts';

/** The server's time-outs within a transaction, in ms. */
const serverBounds = {
  /** The limit for a statement, which may have to wait for another transaction of the same patron. */
  statement_timeout: 4_000,
  /**
   * Ends a transaction whose process was frozen or stopped in the middle of it. Until then, other transactions of the
   * same patron wait. If the process has several transactions for one patron, the server ends them one after another,
   * each after this time.
   */
  idle_in_transaction_session_timeout: 1_000,
} as const;

/**
 * The isolation level is set explicitly, because the role or the database may have another default. A transaction that
 * has locked a row must see, in its next statement, everything that others have committed. A snapshot for the whole
 * transaction would hide these commits.
 */
const isolation = 'isolation level read committed';
/** Begins a transaction with one message. The time-outs end with the transaction. */
export const begin = [
  `begin ${isolation}`,
  ...Object.entries(serverBounds).map(([setting, ms]) => `set local ${setting} = ${ms}`),
].join('; ');

/**
 * Locks the hashes of the keys, in the order of the hashes. In the order of the keys, two calls could lock the same
 * hashes in different orders, and deadlock.
 */
const lockKeys = {
  name: 'lockKeys',
  text: `select pg_advisory_xact_lock(hash) from (
      select distinct hashtextextended(key, 7267667466) as hash from unnest($1::text[]) as key order by hash
    ) as hashes`,
};

/**
 * A client that connects with the current settings of TLS. It rejects a server without TLS, because a connection must
 * be encrypted.
 */
export function clientWith(tls: ClientTls): typeof Client {
  return class extends Client {
    constructor(config?: ClientConfig) {
      // pg changes the object, so it gets a copy.
      super({ ...config, ssl: { ...tls() } });
    }
  };
}

export const connect = (pool: Pool): Promise<PoolClient> => asUnavailable(() => pool.connect());

/**
 * Runs `work`, and returns the connection to the pool. If `work` fails, closes the connection, so that the server rolls
 * back.
 */
export async function using<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  let failed = true;
  try {
    const result = await work();
    failed = false;
    return result;
  } finally {
    client.release(failed);
  }
}

/**
 * Rejects settings with which a crash would undo commits. `synchronous_commit` can be changed while this process runs,
 * so each statement that must be durable checks it again (`require_durable_commit`).
 */
export async function requireDurableSettings(client: PoolClient): Promise<void> {
  const { rows } = await asUnavailable(() =>
    client.query<{ fsync: string; synchronous_commit: string }>(
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit`,
    ),
  );
  const off = Object.entries(rows[0] ?? {}).flatMap(([setting, value]) => (value === 'off' ? [setting] : []));
  if (off.length === 0) {
    return;
  }
  throw new StoreUnavailable(
    `journal: PostgreSQL: ${off.join(' and ')} ${off.length === 1 ? 'is' : 'are'} off, and a crash would lose what is promised: set ${off.length === 1 ? 'it' : 'them'} to on`,
  );
}

/** Runs `work` in a transaction. `begin` is sent together with the first statement. */
export async function transactOn<Name extends string, Result>(
  client: PoolClient,
  texts: Readonly<Record<Name, string>>,
  preparesStatements: boolean,
  work: Work<Name, Result>,
): Promise<Result> {
  let lastAnswer: Promise<unknown> = Promise.resolve();
  /**
   * Sends a query. Its answer is given out only after all earlier answers. So if several queries fail, the caller gets
   * the error of the first one, which has caused the others.
   */
  const send = <Row extends object>(query: string | QueryConfig): Asking<readonly Row[]> => {
    const asked = asUnavailable(() => client.query<Row>(query));
    const rows = lastAnswer.then(() => asked).then((result) => result.rows);
    // Often nobody awaits these promises. Their failure is not lost, because `lastAnswer` also rejects with it.
    asked.catch(() => {});
    rows.catch(() => {});
    lastAnswer = rows;
    return answer(rows);
  };
  const statement = (name: string, text: string, values: readonly Value[]): QueryConfig => {
    const query = { text, values: values.map(parameterOf) };
    return preparesStatements ? { name, ...query } : query;
  };
  const ask: AskWithin<Name> = (name, values) => send(statement(name, texts[name], values));
  let isCommitted = false;
  const commit = () => {
    isCommitted = true;
    send('commit');
  };
  send(begin);
  const result = await answered(
    work({
      ask,
      last<Row extends object>(name: Name, values: readonly Value[]) {
        const asked = ask<Row>(name, values);
        // If the last statement fails, the server rolls back although a commit was sent.
        commit();
        return asked;
      },
      commit,
      lockKeys(keys) {
        send(statement(lockKeys.name, lockKeys.text, [keys]));
      },
    }),
  );
  if (!isCommitted) {
    send('rollback');
  }
  await lastAnswer;
  return result;
}

const parameterOf = (value: Value): unknown => (value instanceof Date ? value.toISOString() : value);

/** Runs SQL with the time-out of a migration. */
export function runOn(client: PoolClient): Run {
  return async <Row extends object>(text: string, values: unknown[] = []) => {
    const query: QueryConfig & { query_timeout: number } = { text, values, query_timeout: migrationMs };
    return (await asUnavailable(() => client.query<Row>(query))).rows;
  };
}
