import type { PostgresDatabase } from '../../support/postgres.ts';
import { startPgBouncer, whyNoPgBouncer } from '../../support/servers/pgbouncer.ts';
import type { Scenario } from '../scenario.ts';
import { patientDatabase } from './patient-database.ts';

/** How the processes of a run, and the run itself, reach the database. */
export interface Connections extends AsyncDisposable {
  /** For the run: it waits while the server is down. */
  readonly database: PostgresDatabase;
  /** For the processes. */
  readonly databaseUrl: string;
}

/** @throws Error if PgBouncer is wanted, and can't run here */
export async function openConnections({
  scenario,
  database,
}: {
  readonly scenario: Scenario;
  readonly database: PostgresDatabase;
}): Promise<Connections> {
  const patient = patientDatabase(database);
  if (!scenario.usesPgBouncer) {
    return { database: patient, databaseUrl: database.url, async [Symbol.asyncDispose]() {} };
  }
  const reason = whyNoPgBouncer();
  if (reason !== null) {
    throw new Error(`no PgBouncer: ${reason}`);
  }
  const bouncer = await startPgBouncer(database.url, {
    pool_size: 40,
    max_prepared_statements: 200,
    server_login_retry: 1,
  });
  return {
    database: patient,
    databaseUrl: bouncer.url,
    [Symbol.asyncDispose]: () => bouncer[Symbol.asyncDispose](),
  };
}
