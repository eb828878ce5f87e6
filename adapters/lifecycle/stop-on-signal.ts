import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';

/** Time for what is left once all requests are answered: reconcilers, the journal, connections. In ms. */
export const closingMs = 6000;

export interface StopOptions {
  /** Time between saying that it stops and stopping, in ms: until balancers send nothing more. */
  readonly delayMs: number;
  /** Time that requests under way have after that, in ms. */
  readonly requestTimeoutMs: number;
  /** From now on the process is not ready. It still takes requests. */
  announce(): void;
  /** Answers what is under way, and closes everything. */
  close(): Promise<void>;
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/**
 * Stops the process when it gets a signal, in two phases: it says that it stops, and takes requests for `delayMs` more; then
 * it takes no more, and answers those under way. Exits with
 *
 * - 0 once everything is closed,
 * - 1 after an error that nobody caught, or where closing fails or takes too long,
 * - 128 and the signal's number, at once, when another signal comes meanwhile.
 */
export function stopOnSignal({ delayMs, requestTimeoutMs, announce, close, log }: StopOptions): void {
  const options: closeWithGrace.Options = {
    delay: delayMs + requestTimeoutMs + closingMs,
    logger: false,
    // A start that failed ends by itself, with its own exit code.
    skip: ['beforeExit'],
    onSecondSignal(signal) {
      log.error({ signal }, 'another signal: ended at once, with what was under way');
      process.exit(128 + constants.signals[signal]);
    },
    onSecondError: (error) => log.error(placeOf(error), 'another error that nobody caught: ended at once'),
    onTimeout: (afterMs) => log.error({ afterMs }, 'not everything could be closed in time'),
  };
  closeWithGrace(options, async ({ signal, err }) => {
    const startedAt = performance.now();
    announce();
    if (err === undefined) {
      log.info({ signal, delayMs, requestTimeoutMs }, 'stopping');
      await setTimeout(delayMs);
    } else {
      // Nobody knows what state the process is in, so it takes no more requests.
      log.error(placeOf(err), 'stopping: an error that nobody caught');
    }
    try {
      await close();
    } catch (error) {
      log.error(placeOf(error), 'something could not be closed');
      throw error;
    }
    log.info({ signal, ms: Math.round(performance.now() - startedAt) }, 'stopped');
  });
}

/** An error's name and stack frames. Its message could hold a person's data (R30). */
function placeOf(error: unknown): object {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return { name: error.name, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
