import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';

/** Where a supergraph comes from. */
export interface SupergraphSource {
  /** What it is, for messages: `The supergraph in FILE`. */
  readonly title: string;
  /** Reads the supergraph. Rejects with an error whose message is for the person who starts the process. */
  open(signal: AbortSignal): Promise<OpenSource>;
}

export interface OpenSource {
  /** The supergraph when the source was opened. */
  readonly text: string;
  /** Watches for another text, until `signal` aborts. */
  watch(listener: SourceListener, signal: AbortSignal): Promise<void>;
}

export interface SourceListener {
  /** Called with another text. Must not reject. The next call waits for the promise. */
  changed(text: string): Promise<void>;
  /** Called when the source can't be read: once, until it can be read again. */
  unreadable(error: unknown): void;
}

/**
 * Reads again and again, until `signal` aborts.
 * @param read Resolves to null if the text is the same as before.
 */
export async function watchByReading(
  first: string,
  intervalMs: number,
  read: (signal: AbortSignal) => Promise<string | null>,
  { changed, unreadable }: SourceListener,
  signal: AbortSignal,
): Promise<void> {
  let text = first;
  let isReadable = true;
  while (await wait(intervalMs, true, { signal, ref: false }).catch(() => false)) {
    try {
      const next = (await read(signal)) ?? text;
      isReadable = true;
      if (next !== text) {
        text = next;
        await changed(next);
      }
    } catch (error) {
      if (isReadable && !signal.aborted) {
        unreadable(error);
      }
      isReadable = false;
    }
  }
}

/** The error for a supergraph that can't be read or served. The message is for the person who starts the process. */
export function unusable({ title }: SupergraphSource, error: unknown): Error {
  // `fetch` has the reason in its cause.
  const reason = messageOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);
  return new Error(`${title} can't be used: ${reason.replace(/\.?$/, '.')}`);
}
