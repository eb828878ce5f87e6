import { setTimeout } from 'node:timers/promises';
import { JournalUnavailable } from '../journal/port.ts';
import { LockTimeout } from './errors.ts';

/** The statement timeout of a preparation, in milliseconds: a table may be large. */
export const migrationMs = 600_000;
/**
 * How long a preparation waits for a lock on a table, in milliseconds. Whoever asks for the table after it waits too, so this must
 * be shorter than the time that a statement of a running process may take.
 */
const lockMs = 2_000;
/** The pause before it tries again, in milliseconds, in which others go on. */
const lockPauseMs = 3_000;
/** Tries, and so about a minute and a half. */
const lockTries = 20;

/** The advisory lock under which one process at a time prepares: any number that nobody else uses. */
const preparationLock = 7_267_667_466;

/** Runs any SQL. `Row` must match the columns that it selects. */
export type Run = <Row extends object = never>(text: string, values?: unknown[]) => Promise<readonly Row[]>;

/** Something to do once to a database before it is used. `prepare` runs in a transaction, in one process at a time. */
export interface Preparation {
  /** What the database lacks where it isn't done, if it makes tables; null: it only writes rows. */
  lacks(run: Run): Promise<string | null>;
  isDone(run: Run): Promise<boolean>;
  prepare(run: Run): Promise<void>;
}

/**
 * Runs in one transaction, which `begin` begins, and in one process at a time. If it is done already, no right to change tables is
 * needed. If another session holds a lock, it gives way and tries again, for about a minute and a half.
 * @throws JournalUnavailable if it would make tables, and this process must not; or if a lock was never free.
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
    throw new JournalUnavailable(
      `journal: PostgreSQL: the database lacks ${lacking}: run npm run migrate first, or set MIGRATE_AT_START=1`,
    );
  }
  for (let tries = 1; ; tries += 1) {
    await run(begin);
    try {
      await run(
        `set local statement_timeout = ${migrationMs}; set local idle_in_transaction_session_timeout = 0`,
      );
      // It ends with the transaction, so that it works behind a pooler.
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
        throw new JournalUnavailable(
          `journal: PostgreSQL: another session has locked a table for ${seconds} s: end it, or try again when it has ended`,
        );
      }
    }
    await setTimeout(lockPauseMs);
  }
}

/** What a preparation that only writes rows says. */
export const lacksNoTables = async (): Promise<null> => null;

/**
 * Makes the tables of a schema that has no migrations: all at once, where the schema lacks `table`. `sql` names none of them with
 * the schema.
 */
export function ownSchema(schema: string, table: string, sql: string): Preparation {
  const isDone = async (run: Run): Promise<boolean> => {
    // Not `to_regclass`: within a transaction it still says of a table that another one has just made that there is none.
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
      // Another process may have made them meanwhile.
      if (await isDone(run)) {
        return;
      }
      await run(`create schema if not exists ${schema}`);
      await run(`set local search_path to ${schema}`);
      await run(sql);
    },
  };
}
