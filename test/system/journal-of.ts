/** The journal of a running system, as another process opens it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalDatabase } from '../../store/journal/port.ts';
import { openSqliteJournal } from '../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../subgraphs/runtime/operations-config.ts';
import type { RunningSystem } from './running-system.ts';

type Files = Pick<RunningSystem, 'dataDir'>;

/** `options`: beside its file and secret. */
export async function openJournalOf(
  { dataDir }: Files,
  options: Partial<Parameters<typeof openSqliteJournal>[0]> = {},
): Promise<JournalDatabase> {
  const secret = await readFile(join(dataDir, 'journal.key'));
  return await openSqliteJournal({ ...options, secret, path: journalFileIn(dataDir) });
}

/** Its tables. Values in them are encrypted. */
export const openTablesOf = ({ dataDir }: Files): DatabaseSync =>
  new DatabaseSync(journalFileIn(dataDir), { timeout: 5_000 });

/** All bytes of its files, in which no person's data may be readable. */
export async function journalBytesOf({ dataDir }: Files): Promise<Buffer> {
  const path = journalFileIn(dataDir);
  return Buffer.concat(await Promise.all([path, `${path}-wal`].map((file) => readFile(file))));
}
