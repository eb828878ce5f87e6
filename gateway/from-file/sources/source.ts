import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../../../platform/lifecycle/message-of.ts';

/** A source of supergraphs, such as a file. */
export interface SupergraphSource {
  /** The name of the source, for messages: `The supergraph in FILE`. */
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
  /** Called with the new text when the supergraph has changed. Must not reject. Calls don't overlap. */
  changed(text: string): Promise<void>;
  /** Called when the source can't be read, and again when the reason changes. */
  unreadable(error: unknown): void;
  /** Called when the source can be read again. */
  readable(): void;
}

/** Tells a listener when a source can't be read, for which reason, and when it can be read again. */
export function trackReadability({ unreadable, readable }: SourceListener): {
  failed(error: unknown): void;
  succeeded(): void;
} {
  let reason: string | null = null;
  return {
    failed(error) {
      const other = reasonOf(error);
      if (other !== reason) {
        reason = other;
        unreadable(error);
      }
    },
    succeeded() {
      if (reason !== null) {
        reason = null;
        readable();
      }
    },
  };
}

/**
 * Reads a source at intervals, until `signal` aborts. Tells `listener` of each change.
 * @param read Resolves to null if the text is the same as before.
 */
export async function watchByReading(
  first: string,
  intervalMs: number,
  read: (signal: AbortSignal) => Promise<string | null>,
  listener: SourceListener,
  signal: AbortSignal,
): Promise<void> {
  let text = first;
  const readability = trackReadability(listener);
  while (await wait(intervalMs, true, { signal, ref: false }).catch(() => false)) {
    try {
      const next = (await read(signal)) ?? text;
      readability.succeeded();
      if (next !== text) {
        text = next;
        await listener.changed(next);
      }
    } catch (error) {
      if (!signal.aborted) {
        readability.failed(error);
      }
    }
  }
}

/** The error for a supergraph that can't be read or served. The message is for the person who starts the process. */
export function unusable({ title }: SupergraphSource, error: unknown): Error {
  return new Error(`${title} can't be used: ${reasonOf(error).replace(/\.?$/, '.')}`);
}

/** The error of `fetch` has the reason in its cause. */
const reasonOf = (error: unknown): string =>
  messageOf(error instanceof TypeError && error.cause !== undefined ? error.cause : error);

/** The line of the log when a source can be read again. */
export const readableAgain = ({ title }: SupergraphSource): string => `${title} can be read again.`;
