import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readMigrations } from '../../../store/journal/migrations.ts';
import { openSqliteDatabase } from '../../../store/sqlite/database.ts';

let emptyJournal: Promise<Buffer> | null = null;

/**
 * Places a journal in SQLite that has all tables and no rows. Opening it runs no migration. The migrations of a new file
 * take ten times longer than the rest of opening, and the tests open thousands of journals.
 */
export async function placeEmptyJournal(path: string): Promise<void> {
  emptyJournal ??= makeEmptyJournal();
  await writeFile(path, await emptyJournal, { mode: 0o600 });
}

async function makeEmptyJournal(): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'empty-journal-'));
  try {
    const path = join(folder, 'journal.sqlite');
    const contents = { migrations: readMigrations('sqlite'), waitsAsync: false };
    await openSqliteDatabase(path, async () => {}, contents)[Symbol.asyncDispose]();
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true });
  }
}
