import { access } from 'node:fs/promises';
import type { Logger } from 'pino';
import { isPostgres, openUsage } from '../../gateway/usage/open-usage.ts';
import { firstKeptDay } from '../../gateway/usage/record-usage.ts';
import type { RecordedUsage } from '../../store/shared-state/port.ts';

export const noUsage: RecordedUsage = { coordinates: [], operations: [] };

/**
 * Reads what gateways have recorded. `database` is the URL of a PostgreSQL, or the path of a file of SQLite.
 * @throws Error if the database can't be read
 */
export async function readUsage(database: string, log: Logger): Promise<RecordedUsage> {
  if (!isPostgres(database)) {
    // Opening a missing SQLite file would create it, and the empty file would say that no client uses anything.
    await access(database);
  }
  await using store = await openUsage({ database, tls: null, migrates: false }, log);
  return await store.read(firstKeptDay(Date.now()));
}
