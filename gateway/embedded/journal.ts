import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openSqliteJournal } from '../../adapters/journal/sqlite/index.ts';
import { type OpenLedger, openSharedLedger } from '../../subgraphs/open-services.ts';
import { journalFileIn, type OperationsConfig } from '../../subgraphs/runtime/operations-config.ts';
import { required } from '../../subgraphs/runtime/start.ts';

/**
 * The book of operations of this process: in PostgreSQL where the environment names one, for then there may be other
 * processes, and they share the key, too; else in a file of DATA_DIR, with a key of its own beside it.
 */
export async function openLedger(config: OperationsConfig, dataDir: string): Promise<OpenLedger> {
  const { databaseUrl, fingerprintKey, fingerprintKeyBefore: previousSecret } = config;
  if (databaseUrl !== null) {
    const { JOURNAL_SECRET } = required({ JOURNAL_SECRET: fingerprintKey });
    return await openSharedLedger(databaseUrl, JOURNAL_SECRET, config);
  }
  await mkdir(dataDir, { recursive: true });
  const secret = fingerprintKey ?? (await readOrMakeKey(join(dataDir, 'journal.key')));
  const journal = await openSqliteJournal({ path: journalFileIn(dataDir), secret, previousSecret });
  return { journal, fingerprintKey: secret };
}

/** Readable by its owner alone. */
async function readOrMakeKey(file: string): Promise<Uint8Array> {
  try {
    await writeFile(file, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw error;
    }
  }
  const key = await readFile(file);
  if (key.byteLength !== 32) {
    throw new Error(`${file} holds no key: remove it, and a new one is made.`);
  }
  return key;
}
