import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { indexFileBeside, openSqliteIndex } from '../store/index/sqlite/index.ts';
import { openSqliteJournal } from '../store/journal/sqlite/index.ts';
import { type OpenLedger, openOrClose, openSharedLedger } from '../subgraphs/open-services.ts';
import type { ErrorLog } from '../subgraphs/runtime/errors.ts';
import { journalFileIn, type OperationsConfig } from '../subgraphs/runtime/operations-config.ts';
import { required } from '../subgraphs/runtime/start.ts';
import { readOrCreateKey } from './key-file.ts';

/**
 * Opens the ledger of this process. If the environment names a PostgreSQL database, the ledger is in that database, and
 * other processes with the same key may share it. Otherwise the ledger is a SQLite file in DATA_DIR, next to a generated
 * key.
 * @throws Error if JOURNAL_SECRET is required and not set, or the key's file has no key.
 */
export async function openLedger(
  config: OperationsConfig,
  dataDir: string,
  log: ErrorLog,
): Promise<OpenLedger> {
  const { databaseUrl, journalSecrets } = config;
  if (databaseUrl !== null) {
    const { JOURNAL_SECRET } = required({ JOURNAL_SECRET: journalSecrets });
    const migrates = config.migratesAtStart ?? true;
    return await openSharedLedger(databaseUrl, JOURNAL_SECRET, { ...config, migrates }, log);
  }
  await mkdir(dataDir, { recursive: true });
  const [secret, ...otherSecrets] = journalSecrets ?? [await readOrCreateKey(join(dataDir, 'journal.key'))];
  const path = journalFileIn(dataDir);
  const journal = await openSqliteJournal({ path, secret, otherSecrets, holder: 'npm start' });
  const { fingerprintKey } = journal.keys;
  const index = await openOrClose(journal, () =>
    openSqliteIndex({ path: indexFileBeside(path), dataKey: fingerprintKey }),
  );
  return { journal, index, fingerprintKey };
}
