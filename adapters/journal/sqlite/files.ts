import { chmodSync, closeSync, fsyncSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { JournalUnavailable } from '../port.ts';

/**
 * SQLite would make the file with what the umask leaves; its log and index beside it get the file's own mode.
 * @throws JournalUnavailable
 */
export function makePrivate(path: string): void {
  asUnavailable(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  });
}

/**
 * A descriptor of the log beside a database that is open: the same file for as long as it is. SQLite has no locks on it that
 * closing the descriptor could drop.
 * @throws JournalUnavailable
 */
export function openLog(path: string): number {
  return asUnavailable(() => {
    // That the files are there stands in their folder.
    const folder = openSync(dirname(path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    return openSync(`${path}-wal`, 'r+');
  });
}

/** What the file system throws, as `JournalUnavailable`. */
function asUnavailable<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error)) {
      throw error;
    }
    throw new JournalUnavailable(`journal: the file can't be had: ${error.message}`, { cause: error });
  }
}
