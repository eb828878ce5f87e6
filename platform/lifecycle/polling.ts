/**
 * Notices changes of files by polling. Polling notices what file system events miss: a file renamed into place, a mounted
 * volume, a symbolic link that points elsewhere.
 */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What is polled. */
export interface Polled {
  readonly intervalMs: number;
  /** A text that changes whenever the content does. */
  stamp(): Promise<string>;
  /** The stamp is another one. Must not reject. The next poll waits until this call has resolved. */
  changed(): Promise<void>;
}

/**
 * Polls until `signal` aborts. A change is reported when two polls in a row find the same stamp, so that nothing is read
 * half-written.
 * @param first the stamp of what is known already.
 */
export async function poll(first: string, polled: Polled, signal: AbortSignal): Promise<void> {
  let handledStamp = first;
  let previousStamp = first;
  while (await pause(polled.intervalMs, signal)) {
    const stamp = await polled.stamp();
    const isSettled = stamp === previousStamp;
    previousStamp = stamp;
    if (stamp !== handledStamp && isSettled) {
      handledStamp = stamp;
      await polled.changed();
    }
  }
}

/** Waits for the next poll. Resolves to false when `signal` aborts. */
async function pause(intervalMs: number, signal: AbortSignal): Promise<boolean> {
  try {
    await sleep(intervalMs, undefined, { signal, ref: false });
    return true;
  } catch (error) {
    if (signal.aborted) {
      return false;
    }
    throw error;
  }
}

/** Inode, size and times of a file; a constant while there is no file. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // The attempt to read the file reports the error.
    return 'unreadable';
  }
}
