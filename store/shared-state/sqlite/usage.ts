import { fdatasync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openSqliteDatabase } from '../../sqlite/database.ts';
import { sqliteSql } from '../../sqlite/sql.ts';
import { asUnavailable } from '../as-unavailable.ts';
import type { UsageStore } from '../port.ts';
import { createUsage } from '../usage/create-usage.ts';
import { createUsageStatements, type UsageLimits } from '../usage/statements.ts';

const tables = {
  number: 1,
  name: 'usage',
  worksWith: 1,
  sql: readFileSync(join(import.meta.dirname, 'usage.sql'), 'utf8'),
};

/** The maximum numbers of rows. That many rows take 20 MB, and counting them blocks the event loop for 10 ms. */
const usageLimits: UsageLimits = { coordinates: 200_000, operations: 5_000 };

/**
 * Opens the usage in a file of its own, for the processes of one machine. The file and its folder are created if they
 * don't exist.
 * @throws SharedStateUnavailable
 */
export async function openSqliteUsage(path: string, limits: UsageLimits = usageLimits): Promise<UsageStore> {
  const database = await asUnavailable(() =>
    openSqliteDatabase(path, promisify(fdatasync), { migrations: [tables], waitsAsync: true }),
  );
  const dialect = { schema: '', itemsOf: (parameter: string) => `json_each(${parameter})` } as const;
  return createUsage(sqliteSql(database, createUsageStatements(dialect, limits), Date.now));
}
