/**
 * Notices changes of files by polling. File system events miss some changes: a file that is renamed into place, a
 * mounted volume, a symbolic link with a new target.
 */
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A file or a set of files to poll. */
export interface Polled {
  readonly intervalMs: number;
  /** Resolves to a text that changes whenever the content does. */
  stamp(): Promise<string>;
  /** Called when the stamp has changed. It must not reject. The next poll waits until this call has resolved. */
  changed(): Promise<void>;
}

/**
 * Polls until `signal` aborts. A change is reported when two polls in a row find the same stamp, so that no
 * half-written file is read.
 * @param first the stamp of the content that the caller has read already.
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

/** A stamp of a file's inode, size and times. It is a constant while the file can't be read. */
export async function fileStamp(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // The error is ignored here: the attempt to read the file reports it.
    return 'unreadable';
  }
}
