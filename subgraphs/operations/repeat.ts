import { StoreUnavailable } from '../../store/store-unavailable.ts';
import { type ErrorLog, reportFailure } from '../runtime/errors.ts';

/** Resolves after a time in ms, or when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Runs `once` repeatedly until the signal aborts. `once` resolves to the pause before the next run, in ms. */
export async function repeat(once: () => Promise<number>, wait: Wait, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(await once(), signal);
  }
}

/** Combines several loops into one. Disposing of it stops all of them, and waits until they have stopped. */
export const together = (loops: readonly AsyncDisposable[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
  },
});

/**
 * Starts a loop over a list, a part of it in each round. The loop runs until the returned object is disposed of.
 * @param round gets the position after which this round continues, and resolves to the position for the next round.
 *   Null means the beginning of the list.
 * @param pauseMs the pause between two rounds, in ms
 */
export function startRounds(
  round: (after: string | null, signal: AbortSignal) => Promise<string | null>,
  pauseMs: number,
  wait: Wait,
): AsyncDisposable {
  const stopped = new AbortController();
  const { signal } = stopped;
  let after: string | null = null;
  const rounds = repeat(
    async () => {
      after = await round(after, signal);
      return pauseMs;
    },
    wait,
    signal,
  );
  return {
    async [Symbol.asyncDispose]() {
      stopped.abort();
      await rounds;
    },
  };
}

/**
 * Does the work for each item, even if it fails for other items. Resolves to the failures. Equal failures are logged
 * once, with the message `text`.
 * @throws StoreUnavailable; the signal's reason when it aborts
 */
export async function forEachAlone<Item>(
  items: readonly Item[],
  { log, text }: { readonly log: ErrorLog; readonly text: string },
  signal: AbortSignal,
  work: (item: Item) => Promise<void>,
): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  const logged = new Set<string>();
  for (const item of items) {
    try {
      signal.throwIfAborted();
      await work(item);
    } catch (error) {
      if (signal.aborted || error instanceof StoreUnavailable) {
        throw error;
      }
      failures.push(error);
      const failure = String(error);
      if (!logged.has(failure)) {
        logged.add(failure);
        reportFailure(log, error, text);
      }
    }
  }
  return failures;
}
