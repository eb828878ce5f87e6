/** The journal of a running system, opened as another process would open it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { JournalDatabase } from '../../store/journal/port.ts';
import { openSqliteJournal } from '../../store/journal/sqlite/index.ts';
import { journalFileIn } from '../../subgraphs/runtime/operations-config.ts';
import type { RunningSystem } from './running-system.ts';

type Files = Pick<RunningSystem, 'dataDir'>;

/** Opens the journal. `options` are added to its file and secret. */
export async function openJournalOf(
  { dataDir }: Files,
  options: Partial<Parameters<typeof openSqliteJournal>[0]> = {},
): Promise<JournalDatabase> {
  const secret = await readFile(join(dataDir, 'journal.key'));
  return await openSqliteJournal({ ...options, secret, path: journalFileIn(dataDir) });
}

/** Opens the journal's tables directly. Values in them are encrypted. */
export const openTablesOf = ({ dataDir }: Files): DatabaseSync =>
  new DatabaseSync(journalFileIn(dataDir), { timeout: 5_000 });

/** All bytes of the journal's files. No personal data may be readable in them. */
export async function journalBytesOf({ dataDir }: Files): Promise<Buffer> {
  const path = journalFileIn(dataDir);
  return Buffer.concat(await Promise.all([path, `${path}-wal`].map((file) => readFile(file))));
}
