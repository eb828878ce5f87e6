import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { StoreUnavailable } from '../store-unavailable.ts';

/**
 * The length of SQLite's write-ahead log above which a commit moves the log into the file, in pages of 4 KB. The event
 * loop waits for the move and for the disk. A longer log is moved less often, and a page that was written several times
 * is moved only once. With SQLite's default of 1,000 pages, check-outs by eight readers at once took a fifth longer.
 */
export const checkpointPages = 4_000;

/**
 * Creates the file if it does not exist, and makes it readable only by its owner. SQLite itself would use the umask's
 * mode. The log and its index get the same mode as the file.
 * @throws StoreUnavailable
 */
export function makePrivate(path: string): void {
  asUnavailable(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  });
}

/**
 * Opens the write-ahead log of an open database, so that it can be synced. SQLite keeps the same log file while the
 * database is open. SQLite holds no locks on the log, so closing this descriptor releases none.
 * @throws StoreUnavailable
 */
export function openLog(path: string): number {
  return asUnavailable(() => {
    // The folder contains the entries of the new files, so it is synced, too.
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    return openSync(`${path}-wal`, 'r+');
  });
}

const sample = new Uint8Array(262_144);

/**
 * Tests whether the disk is full: writes a new file beside the database, and removes it. SQLite itself notices a full
 * disk late, because it reuses the log's space. Returns 1, because it is called as a function in SQL.
 * @throws StoreUnavailable, an outage, if the file can't be written, for example because the disk is full
 */
export function extendFile(path: string): 1 {
  const name = `${path}-space-${process.pid}`;
  try {
    writeFileSync(name, sample, { mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'no code';
    throw new StoreUnavailable(`journal: no file can grow beside the database: ${code}`, { isOutage: true });
  } finally {
    rmSync(name, { force: true });
  }
  return 1;
}

/** Turns the file system's errors into `StoreUnavailable`. */
function asUnavailable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    throw new StoreUnavailable(`journal: the file can't be opened: ${error.message}`, { cause: error });
  }
}
