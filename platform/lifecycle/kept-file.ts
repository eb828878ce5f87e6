import { messageOf } from './message-of.ts';
import { fileStamp, poll } from './polling.ts';

/** Pause between two polls of a file, in ms. A change is noticed when two polls have found the same new content. */
const usualIntervalMs = 2_000;

/** The content of a file that can change while the process runs. */
export interface KeptFile<Value> {
  readonly current: Value;
  /** Calls `changed` after each change of the content, until the result is disposed of. */
  onChange(changed: (former: Value) => void | Promise<void>): Disposable;
}

/** A content that never changes. */
export const unchanging = <Value>(current: Value): KeptFile<Value> => ({
  current,
  onChange: () => ({ [Symbol.dispose]: () => undefined }),
});

interface KeptFileOptions<Value> {
  /** @throws Error whose message is for the operator, and quotes no secret */
  readonly read: () => Promise<Value>;
  /** The paths of the file, and of the files that it names. */
  readonly files: (value: Value) => readonly string[];
  /** How the log calls the content, such as `SIP2 terminals`. */
  readonly what: string;
  readonly log: { warn(details: object, message: string): void };
  readonly intervalMs?: number | undefined;
}

/**
 * Reads the file now, and whenever it has changed. If the new content can't be used, the error is logged, and the former
 * content stays.
 * @throws Error as `read` does, if the file can't be used now
 */
export async function keepFile<Value>({
  read,
  files,
  what,
  log,
  intervalMs = usualIntervalMs,
}: KeptFileOptions<Value>): Promise<KeptFile<Value> & Disposable> {
  let current = await read();
  const listeners = new Set<(former: Value) => void | Promise<void>>();
  const stopping = new AbortController();
  const stamp = async () => (await Promise.all(files(current).map((path) => fileStamp(path)))).join('\n');
  const changed = async () => {
    try {
      const former = current;
      current = await read();
      await Promise.all([...listeners].map((listener) => listener(former)));
      log.warn({}, `the ${what} were read again`);
    } catch (error) {
      log.warn({ reason: messageOf(error) }, `the new ${what} are not usable, and the former ones stay`);
    }
  };
  void poll(await stamp(), { intervalMs, stamp, changed }, stopping.signal);
  return {
    get current() {
      return current;
    },
    onChange(listener) {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    [Symbol.dispose]: () => stopping.abort(),
  };
}
