import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalDatabase } from '../../adapters/journal/port.ts';
import { openPostgresJournal } from '../../adapters/journal/postgres/index.ts';
import { openSqliteJournal } from '../../adapters/journal/sqlite/index.ts';
import { journalFileIn, type OperationsConfig } from '../../subgraphs/runtime/operations-config.ts';
import { required } from '../../subgraphs/runtime/start.ts';

/**
 * The book of operations of this process: in PostgreSQL where the environment names one, for then there may be other
 * processes, and they share the key, too; else in a file of DATA_DIR, with a key of its own beside it.
 */
export async function openLedger(
  { databaseUrl, fingerprintKey, fingerprintKeyBefore: secretBefore }: OperationsConfig,
  dataDir: string,
): Promise<{ readonly journal: JournalDatabase; readonly fingerprintKey: Uint8Array }> {
  if (databaseUrl !== null) {
    const { JOURNAL_SECRET: secret } = required({ JOURNAL_SECRET: fingerprintKey });
    const journal = await openPostgresJournal({ url: databaseUrl.href, secret, secretBefore });
    return { journal, fingerprintKey: secret };
  }
  await mkdir(dataDir, { recursive: true });
  const secret = fingerprintKey ?? (await readOrMakeKey(join(dataDir, 'journal.key')));
  const journal = await openSqliteJournal({ path: journalFileIn(dataDir), secret, secretBefore });
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
