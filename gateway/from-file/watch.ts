import { readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks at the file. */
const pollIntervalMs = 300;

/** A file's text, and what tells that it was written since. */
export interface Version {
  readonly text: string;
  readonly stamp: string;
}

/** Rejects where the file can't be read. */
export async function readVersion(path: string): Promise<Version> {
  // In this order: what is written in between is seen at the next look.
  const stamp = await stampOf(path);
  return { stamp, text: await readFile(path, 'utf8') };
}

export interface Watching {
  /** The file has another text. Not called again before it resolves; it must not reject. */
  changed(text: string): Promise<void>;
  /** The file can't be read now; told once. */
  unreadable(error: unknown): void;
}

/**
 * Looks at a file until `signal` aborts. Polling sees what events miss: files renamed into place, mounts, links that
 * are turned round. A file is read once it has stood still from one look to the next, so that none is read half-written.
 */
export async function watch(
  path: string,
  first: Version,
  { changed, unreadable }: Watching,
  signal: AbortSignal,
): Promise<void> {
  let { text, stamp: handled } = first;
  let before = handled;
  while (await pause(signal)) {
    const stamp = await stampOf(path);
    const stoodStill = stamp === before;
    before = stamp;
    if (stamp === handled || !stoodStill) {
      continue;
    }
    handled = stamp;
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

/** False once `signal` aborts. */
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

/** The same as long as the file was not written or replaced; of none there is one too. */
async function stampOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return `${ino} ${size} ${mtimeNs} ${ctimeNs}`;
  } catch {
    // Reading it tells what is wrong.
    return 'unreadable';
  }
}
