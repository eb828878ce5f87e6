import { pauseInBackground } from '../../platform/time/pause-in-background.ts';
import type { UsageStore } from '../../store/shared-state/port.ts';
import { dayOf, UsageCounter } from './usage-counter.ts';

/** Time between two writes, in ms. A process that is killed loses the counts since its last write. */
const writeEveryMs = 10_000;
/** Old days are removed after this number of writes, about once an hour. */
const removeEvery = 360;
/** How long usage is kept, today included. */
const keptDays = 90;

export interface UsageRecording {
  /** Opens the store. Rejects if it can't be reached. The next write then tries again. */
  open(): Promise<UsageStore>;
  /** Returns the time in ms since 1970. */
  readonly now: () => number;
  /** Called when usage starts or stops being stored. `reason` is the error if usage is not stored. */
  readonly onRecorded: (isRecorded: boolean, reason: unknown) => void;
  /** Waits between two writes. Ends early if the signal aborts. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Counts usage in this process. Disposing of it writes the last counts. */
export interface UsageRecorder extends AsyncDisposable, Pick<UsageCounter, 'count'> {}

/** Returns the oldest day that is kept. `ms` is the current time in ms since 1970. */
export const firstKeptDay = (ms: number): string => dayOf(ms - (keptDays - 1) * 24 * 60 * 60 * 1000);

/**
 * Records which fields and operations clients use. Every ten seconds, the counts of this process are added to the
 * store, one client after the other. If the store can't be reached, the counts are kept and added later. No request
 * waits for the store.
 */
export function recordUsage({
  open,
  now,
  onRecorded,
  pause = pauseInBackground,
}: UsageRecording): UsageRecorder {
  const counter = new UsageCounter(now);
  const ending = new AbortController();
  let store: UsageStore | null = null;
  let isRecorded: boolean | null = null;
  const tell = (isNow: boolean, reason: unknown) => {
    if (isNow !== isRecorded) {
      isRecorded = isNow;
      onRecorded(isNow, reason);
    }
  };
  const write = async (removes: boolean) => {
    const unstored = counter.drain();
    try {
      store ??= await open();
      // The counts are stored one by one, so that the event loop is never blocked for long.
      for (let next = unstored.at(-1); next !== undefined; next = unstored.at(-1)) {
        await store.add(next);
        unstored.pop();
      }
      if (removes) {
        await store.removeBefore(firstKeptDay(now()));
      }
      tell(true, null);
    } catch (error) {
      counter.restore(unstored);
      tell(false, error);
    }
  };
  const writing = (async () => {
    for (let count = 0; !ending.signal.aborted; count += 1) {
      await write(count % removeEvery === 0);
      await pause(writeEveryMs, ending.signal);
    }
    await write(false);
  })();
  return {
    count: (...requested) => counter.count(...requested),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await writing;
      await store?.[Symbol.asyncDispose]();
    },
  };
}
