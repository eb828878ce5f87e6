import { readFile } from 'node:fs/promises';
import { fileStamp, poll } from '../../../platform/lifecycle/polling.ts';
import { type SourceListener, type SupergraphSource, trackReadability } from './source.ts';

/** Time between two polls of the file, in ms. */
const pollIntervalMs = 300;

export const fileSource = (path: string): SupergraphSource => ({
  title: `The supergraph in ${path}`,
  async open() {
    const first = await readVersion(path);
    return { text: first.text, watch: (listener, signal) => watch(path, first, listener, signal) };
  },
});

/** A file's text, and a stamp that changes when the file is written. */
interface FileVersion {
  readonly text: string;
  readonly stamp: string;
}

async function readVersion(path: string): Promise<FileVersion> {
  // The stamp is read before the text. If the file is written in between, the next poll finds a new stamp.
  const stamp = await fileStamp(path);
  return { stamp, text: await readFile(path, 'utf8') };
}

/** Polls a file until `signal` aborts. */
function watch(
  path: string,
  first: FileVersion,
  listener: SourceListener,
  signal: AbortSignal,
): Promise<void> {
  let { text } = first;
  const readability = trackReadability(listener);
  const readAgain = async (): Promise<void> => {
    let version: FileVersion;
    try {
      version = await readVersion(path);
    } catch (error) {
      readability.failed(error);
      return;
    }
    readability.succeeded();
    if (version.text !== text) {
      ({ text } = version);
      await listener.changed(text);
    }
  };
  const polled = { intervalMs: pollIntervalMs, stamp: () => fileStamp(path), changed: readAgain };
  return poll(first.stamp, polled, signal);
}
