import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Time between two polls of the file. */
const pollIntervalMs = 300;

/** A file's text, and a stamp that changes when the file is written. */
export interface FileVersion {
  readonly text: string;
  /** Inode, size and times of the file. */
  readonly stamp: string;
}

/** Reads the file. Rejects where it can't be read. */
export async function readVersion(path: string): Promise<FileVersion> {
  // The stamp first: if the file is written between the two, the next poll finds a new stamp.
  const stamp = await stampOf(path);
  return { stamp, text: await readFile(path, 'utf8') };
}

export interface FileListener {
  /** The file has another text. Must not reject. The next call waits until this one has resolved. */
  changed(text: string): Promise<void>;
  /** The file can't be read. Called once, until it can be read again. */
  unreadable(error: unknown): void;
}

/**
 * Polls a file until `signal` aborts. Polling notices what file system events miss: a file renamed into place, a mounted
 * volume, a symbolic link that points elsewhere. A changed file is read when two polls in a row find the same stamp, so
 * that it isn't read half-written.
 */
export async function watch(
  path: string,
  first: FileVersion,
  { changed, unreadable }: FileListener,
  signal: AbortSignal,
): Promise<void> {
  let { text, stamp: handledStamp } = first;
  let previousStamp = handledStamp;
  while (await pause(signal)) {
    const stamp = await stampOf(path);
    const isSettled = stamp === previousStamp;
    previousStamp = stamp;
    if (stamp === handledStamp || !isSettled) {
      continue;
    }
    handledStamp = stamp;
    try {
      const version = await readVersion(path);
      if (version.text === text) {
        continue;
      }
      ({ text } = version);
    } catch (error) {
      unreadable(error);
      continue;
    }
    await changed(text);
  }
}

/** Waits for the next poll. Resolves to false when `signal` aborts. */
async function pause(signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(pollIntervalMs, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}

/** The file's stamp; a constant while there is no file. */
async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // The attempt to read the file reports the error.
    return 'unreadable';
  }
}
