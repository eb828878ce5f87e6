import { setTimeout as wait } from 'node:timers/promises';
import { lacksNoTables, type Preparation, type Run } from '../../postgres/preparation.ts';
import { answer, answered, type RunText, type Value } from '../../sql.ts';
import { StoreUnavailable } from '../../store-unavailable.ts';
import { encryptDatabase, isEncrypted, replaceDataKey } from '../encryption/encrypt-database.ts';
import { postgresDialect } from './dialect.ts';

type Secrets = Parameters<typeof encryptDatabase>[2];

export const encryptPostgres = (secrets: Secrets): Preparation => ({
  isDone: (run) => answered(isEncrypted(textsOf(run), postgresDialect, secrets)),
  lacks: lacksNoTables,
  prepare: (run) => answered(encryptDatabase(textsOf(run), postgresDialect, secrets)),
});

/**
 * A preparation that replaces the data key. It rejects with `StoreUnavailable` if another process is connected, because
 * that process would still write with the previous key.
 */
export const replacePostgresDataKey = (secrets: Secrets): Preparation => ({
  isDone: async () => false,
  lacks: lacksNoTables,
  async prepare(run) {
    await requireAlone(run);
    await answered(replaceDataKey(textsOf(run), postgresDialect, secrets));
  },
});

const textsOf =
  (run: Run): RunText =>
  <Row extends object>(text: string, values: readonly Value[] = []) =>
    answer(run<Row>(text, [...values]));

/** How long the connections of an ended process may remain, in ms. `recheckMs` is the pause between two counts. */
const endingMs = 3_000;
const recheckMs = 100;

/**
 * Rejects if another process stays connected for three seconds, because it would still write with the previous data key.
 */
async function requireAlone(run: Run): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += recheckMs) {
    // Without this call, PostgreSQL would show the connections as they were at the transaction's first count.
    await run('select pg_stat_clear_snapshot()');
    const [others] = await run<{ readonly count: number }>(
      `select count(*)::integer as count from pg_stat_activity
      where application_name = current_setting('application_name') and datname = current_database()
        and pid <> pg_backend_pid()`,
    );
    const count = others?.count ?? 0;
    if (count === 0) {
      return;
    }
    if (waitedMs >= endingMs) {
      throw new StoreUnavailable(
        `journal: ${count} connections of other processes are open: stop all subgraphs, then replace the data key`,
      );
    }
    await wait(recheckMs);
  }
}
