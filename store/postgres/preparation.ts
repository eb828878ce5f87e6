import { setTimeout } from 'node:timers/promises';
import { StoreUnavailable } from '../store-unavailable.ts';
import { LockTimeout } from './errors.ts';

/** The statement timeout of a preparation, in ms. It is long, because a table may be large. */
export const migrationMs = 600_000;
/**
 * The longest time that a preparation waits for a lock on a table, in ms. While it waits, statements of running
 * processes wait behind it. So this time must be shorter than their time-out.
 */
const lockMs = 2_000;
/** The pause before another attempt, in ms. Meanwhile, other processes can use the table. */
const lockPauseMs = 3_000;
/** The maximum number of attempts. Together they take about a minute and a half. */
const lockTries = 20;

/**
 * The advisory lock under which only one process at a time prepares. The number is arbitrary, but nobody else may use it.
 */
const preparationLock = 7_267_667_466;

/** Runs any SQL. `Row` must match the columns that it selects. */
export type Run = <Row extends object = never>(text: string, values?: unknown[]) => Promise<readonly Row[]>;

/**
 * A task that must be done once in a database before it is used. `prepare` runs in a transaction, in one process at a
 * time.
 */
export interface Preparation {
  /** The names of missing tables, for an error message. Null for a preparation that only writes rows. */
  lacks(run: Run): Promise<string | null>;
  isDone(run: Run): Promise<boolean>;
  prepare(run: Run): Promise<void>;
}

/**
 * Runs a preparation in a transaction that `begin` begins, unless the preparation was done before. If there is nothing
 * to do, the process needs no right to change tables. If another session holds a lock, the preparation is rolled back
 * and tried again, for about a minute and a half.
 * @throws StoreUnavailable if tables are missing and this process must not create them, or if a lock was never free.
 */
export async function prepareOnce(
  run: Run,
  begin: string,
  { isDone, lacks, prepare }: Preparation,
  migrates: boolean,
): Promise<void> {
  if (await isDone(run)) {
    return;
  }
  const lacking = migrates ? null : await lacks(run);
  if (lacking !== null) {
    throw new StoreUnavailable(
      `journal: PostgreSQL: the database lacks ${lacking}: run npm run migrate first, or set MIGRATE_AT_START=1`,
    );
  }
  for (let tries = 1; ; tries += 1) {
    await run(begin);
    try {
      await run(
        `set local statement_timeout = ${migrationMs}; set local idle_in_transaction_session_timeout = 0`,
      );
      // The lock ends with the transaction, so it also works behind a pooler.
      await run('select pg_advisory_xact_lock($1)', [preparationLock]);
      await run(`set local lock_timeout = ${lockMs}`);
      await prepare(run);
      await run('commit');
      return;
    } catch (error) {
      if (!(error instanceof LockTimeout)) {
        throw error;
      }
      await run('rollback');
      if (tries === lockTries) {
        const seconds = Math.round((lockTries * (lockMs + lockPauseMs)) / 1000);
        throw new StoreUnavailable(
          `journal: PostgreSQL: another session has locked a table for ${seconds} s: end it, or try again when it has ended`,
        );
      }
    }
    await setTimeout(lockPauseMs);
  }
}

/** The method `lacks` of preparations that only write rows. */
export const lacksNoTables = async (): Promise<null> => null;

/**
 * A preparation that creates the tables of a schema without migrations, all at once. It does nothing if the schema
 * already contains `table`. `sql` names the tables without the schema.
 */
export function ownSchema(schema: string, table: string, sql: string): Preparation {
  const isDone = async (run: Run): Promise<boolean> => {
    // Within a transaction, `to_regclass` does not see a table that another transaction has just created.
    const tables = await run('select from pg_catalog.pg_tables where schemaname = $1 and tablename = $2', [
      schema,
      table,
    ]);
    return tables.length > 0;
  };
  return {
    isDone,
    lacks: async () => `the tables of ${schema}`,
    async prepare(run) {
      // Another process may have created the tables since the first check.
      if (await isDone(run)) {
        return;
      }
      await run(`create schema if not exists ${schema}`);
      await run(`set local search_path to ${schema}`);
      await run(sql);
    },
  };
}
