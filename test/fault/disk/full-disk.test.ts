/**
 * The disk of the journal is full. Updates in place still succeed. So a health check that only reads or updates rows
 * would wrongly report that the process is ready.
 */
import { execFileSync } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { begun } from '../../contract/journal/journal-under-test.ts';
import { secret } from '../../support/journal-secret.ts';
import { ownPostgres, queryAt, serverUser } from '../../support/postgres.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';

const resources = new AsyncDisposableStack();
afterAll(() => resources.disposeAsync());

/** Mounts a file system of 32 MB, and resolves to its path. Null if this user may not mount one. */
async function mountSmallDisk(): Promise<string | null> {
  const { path } = resources.use(await openTemporaryFolder());
  const disk = join(path, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=32m', 'tmpfs', disk], { stdio: 'pipe' });
  } catch {
    return null;
  }
  resources.defer(() => void execFileSync('umount', ['-l', disk]));
  return disk;
}

/** Fills the disk. Returns a function that makes room again. */
function fill(disk: string): () => void {
  const path = join(disk, 'filler');
  const file = openSync(path, 'w');
  const block = new Uint8Array(4_096);
  try {
    for (;;) {
      writeSync(file, block);
    }
  } catch {
    closeSync(file);
  }
  return () => rmSync(path);
}

const away = { name: 'StoreUnavailable', isOutage: true };

/** `whileFull` runs while the disk is full. */
async function expectNotReadyWhileFull(
  journal: JournalDatabase,
  disk: string,
  whileFull: () => Promise<void>,
): Promise<void> {
  await begun(journal);
  await journal.ping();
  const makeRoom = fill(disk);
  try {
    await whileFull();
    await expect(journal.ping()).rejects.toMatchObject(away);
  } finally {
    makeRoom();
  }
  await journal.ping();
}

const disk = await mountSmallDisk();
if (disk === null) {
  skipSuite('a full disk', 'this user may not mount a file system');
} else {
  test('of the file is noticed', async () => {
    await using journal = await openSqliteJournal({ secret, path: join(disk, 'journal.sqlite') });
    await expectNotReadyWhileFull(journal, disk, async () => {
      await expect(begun(journal)).rejects.toMatchObject(away);
    });
  });

  const server = resources.use(await ownPostgres());
  test.skipIf('reason' in server)('of PostgreSQL is noticed', async () => {
    if ('reason' in server) {
      return;
    }
    const { uid = -1, gid = -1 } = serverUser() ?? {};
    const location = join(disk, 'tablespace');
    mkdirSync(location);
    chownSync(location, uid, gid);
    execFileSync('chmod', ['a+x', join(disk, '..'), disk]);
    const { url } = await server.createDatabase();
    await queryAt(url, `create tablespace small location '${location}'`);
    await queryAt(url, 'create database full_disk tablespace small');
    const own = new URL(url);
    own.pathname = '/full_disk';
    await using journal = await openPostgresJournal({ secret, url: own.href, tls: null });
    await expectNotReadyWhileFull(journal, disk, async () => {
      // A lease is an update in place.
      expect(await journal.leaseNotices('one', 15_000)).not.toBeNull();
    });
  });
}
