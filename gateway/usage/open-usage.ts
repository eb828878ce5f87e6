import type { FastifyBaseLogger } from 'fastify';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import type { PemFiles } from '../../platform/tls/files.ts';
import { SharedStateUnavailable, type UsageStore } from '../../store/shared-state/port.ts';
import { recordUsage, type UsageRecorder } from './record-usage.ts';

export interface UsageDatabase {
  /** The URL of a PostgreSQL database, or the path of an SQLite file. The file is created if it doesn't exist. */
  readonly database: string;
  /** The TLS settings for PostgreSQL. Null: only the URL decides. */
  readonly tls: PemFiles | null;
  /** Whether missing tables are created in PostgreSQL. */
  readonly migrates: boolean;
}

/** Whether the text is the URL of a PostgreSQL database. Otherwise it is the path of a file. */
export const isPostgres = (database: string): boolean => /^postgres(ql)?:/.test(database);

/** Opens the store for usage. Loads only the driver of this database, because most processes need no driver at all. */
export async function openUsage(
  { database, tls, migrates }: UsageDatabase,
  log: FastifyBaseLogger,
): Promise<UsageStore> {
  if (isPostgres(database)) {
    const { openPostgresUsage } = await import('../../store/shared-state/postgres/usage.ts');
    return await openPostgresUsage({ url: database, tls: openClientTls(tls, log), migrates });
  }
  const { openSqliteUsage } = await import('../../store/shared-state/sqlite/usage.ts');
  return await openSqliteUsage(database);
}

/**
 * Records usage in the database until the result is disposed of. The log says whether the database can be reached. Returns
 * null if no database is configured.
 */
export function recordUsageIn(
  database: UsageDatabase | null,
  log: FastifyBaseLogger,
  now: () => number = Date.now,
): UsageRecorder | null {
  if (database === null) {
    return null;
  }
  return recordUsage({
    open: () => openUsage(database, log),
    now,
    onRecorded(isRecorded, reason) {
      if (isRecorded) {
        log.info('usage is recorded');
      } else {
        const why =
          reason instanceof SharedStateUnavailable ? { reason: reason.message } : describeError(reason);
        log.warn(why, 'usage is not recorded: it is counted here, and stored when the database is back');
      }
    },
  });
}
