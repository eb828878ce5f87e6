import { readFile } from 'node:fs/promises';
import { fileStamp, poll } from '../../platform/lifecycle/polling.ts';

/** Time between two polls of the file. */
const pollIntervalMs = 300;

/** A file's text, and a stamp that changes when the file is written. */
export interface FileVersion {
  readonly text: string;
  readonly stamp: string;
}

/** Reads the file. Rejects if it can't be read. */
export async function readVersion(path: string): Promise<FileVersion> {
  // The stamp is read before the text. If the file is written in between, the next poll finds a new stamp.
  const stamp = await fileStamp(path);
  return { stamp, text: await readFile(path, 'utf8') };
}

export interface FileListener {
  /** Called when the file has another text. Must not reject. The next call waits for the promise. */
  changed(text: string): Promise<void>;
  /** Called when the file can't be read: once, until it can be read again. */
  unreadable(error: unknown): void;
}

/** Polls a file until `signal` aborts. */
export function watch(
  path: string,
  first: FileVersion,
  { changed, unreadable }: FileListener,
  signal: AbortSignal,
): Promise<void> {
  let { text } = first;
  const readAgain = async (): Promise<void> => {
    let version: FileVersion;
    try {
      version = await readVersion(path);
    } catch (error) {
      unreadable(error);
      return;
    }
    if (version.text !== text) {
      ({ text } = version);
      await changed(text);
    }
  };
  const polled = { intervalMs: pollIntervalMs, stamp: () => fileStamp(path), changed: readAgain };
  return poll(first.stamp, polled, signal);
}
