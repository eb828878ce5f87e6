import { readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { StoreUnavailable } from '../store-unavailable.ts';

/**
 * The longest wait for another process to release the file, in ms: it may be just ending. The wait blocks the event
 * loop, because this process does nothing else yet.
 */
const waitMs = 2_000;

/**
 * Makes this process the only user of a file, until the result is disposed of or the process ends in any way. Two
 * processes may be connected to different legacy systems. In one file, their records would be mixed.
 *
 * The lock is a SQLite transaction on a second file, so the operating system releases it when the process ends. A third
 * file contains the holder's name, which another process puts into its error message.
 * @param holder the name of the process, for people
 * @throws StoreUnavailable whose message names the holder
 */
export function holdFile(path: string, holder: string): Disposable {
  const lock = new DatabaseSync(`${path}-lock`, { timeout: waitMs });
  try {
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    throw new StoreUnavailable(
      `${path} is in use by ${nameIn(path)}: end that process, or use another DATA_DIR`,
      { cause: error },
    );
  }
  const since = new Date().toISOString();
  writeFileSync(`${path}-holder`, `${holder}, process ${process.pid} on ${hostname()}, since ${since}`, {
    mode: 0o600,
  });
  return {
    [Symbol.dispose]() {
      if (lock.isOpen) {
        lock.close();
      }
    },
  };
}

function nameIn(path: string): string {
  try {
    return readFileSync(`${path}-holder`, 'utf8');
  } catch {
    return 'another process';
  }
}
