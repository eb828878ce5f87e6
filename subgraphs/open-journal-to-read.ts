import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openClientTls } from '../platform/tls/client.ts';
import type { JournalDatabase } from '../store/journal/port.ts';
import { openPostgresJournal } from '../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../store/journal/sqlite/index.ts';
import type { ErrorLog } from './runtime/errors.ts';
import { journalFileIn, readOperationsConfig } from './runtime/operations-config.ts';
import { required } from './runtime/start.ts';

/**
 * Opens the journal for an operator's command. Without its secrets, only unencrypted data can be read. A missing file
 * is an error, and is not created, because an empty journal would look as if nothing had happened.
 * @throws Error if there is no journal, or if its secrets are needed and missing.
 */
export async function openJournalToRead(
  env: NodeJS.ProcessEnv,
  log: ErrorLog,
  opened: 'without secrets' | 'with secrets' = 'without secrets',
): Promise<JournalDatabase> {
  const config = readOperationsConfig(env);
  const { databaseUrl, databaseTls, preparesStatements, journalSecrets: JOURNAL_SECRET } = config;
  const isSealed = opened === 'without secrets';
  if (databaseUrl !== null) {
    const [secret, ...otherSecrets] = isSealed ? [null] : required({ JOURNAL_SECRET }).JOURNAL_SECRET;
    const tls = openClientTls(databaseTls, log);
    const settings = { url: databaseUrl.href, tls, preparesStatements, migrates: false, maxConnections: 2 };
    return await openPostgresJournal({ ...settings, secret, otherSecrets });
  }
  const dataDir = env.DATA_DIR || '.data';
  const path = journalFileIn(dataDir);
  if (!existsSync(path)) {
    throw new Error(`There is no journal at ${path}: set DATA_DIR, or DATABASE_URL.`);
  }
  const keyOfFile = () => [readFileSync(join(dataDir, 'journal.key'))] as const;
  const [secret, ...otherSecrets] = isSealed ? [null] : (JOURNAL_SECRET ?? keyOfFile());
  return await openSqliteJournal({ path, secret, otherSecrets });
}
