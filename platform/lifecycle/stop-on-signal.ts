import cluster from 'node:cluster';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { describeError } from '../telemetry/describe-error.ts';
import { onStop } from './workers/worker.ts';

/** Time for closing reconcilers, the journal and connections once all requests are answered, in ms. */
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
 * it takes no more, and answers those under way. A worker does so when the primary process got the signal. Exits with
 *
 * - 0 once everything is closed,
 * - 1 after an error that nobody caught, or where closing fails or takes too long,
 * - 128 and the signal's number, at once, when another signal comes meanwhile.
 */
export function stopOnSignal({ delayMs, requestTimeoutMs, announce, close, log }: StopOptions): void {
  endOnSignal(delayMs + requestTimeoutMs + closingMs, log, async (signal) => {
    announce();
    if (signal !== null) {
      log.info({ signal, delayMs, requestTimeoutMs }, 'stopping');
      await setTimeout(delayMs);
    }
    await close();
  });
}

/**
 * Runs `end`, within `graceMs`, when the process gets a signal; or with null after an error that nobody caught: the process is in an
 * unknown state then, and takes no more requests. Exits as `stopOnSignal` says.
 */
export function endOnSignal(
  graceMs: number,
  log: StopOptions['log'],
  end: (signal: string | null) => Promise<void>,
  killed: () => void = () => {},
): void {
  const options: closeWithGrace.Options = {
    delay: graceMs,
    logger: false,
    // A start that failed ends by itself, with its own exit code. A worker ignores signals.
    skip: ['beforeExit', ...(cluster.isWorker ? (['SIGTERM', 'SIGINT', 'SIGHUP'] as const) : [])],
    onSecondSignal(signal) {
      log.error({ signal }, 'another signal: ended at once, with what was under way');
      killed();
      process.exit(128 + constants.signals[signal]);
    },
    onSecondError: (error) =>
      log.error(describeError(error), 'another error that nobody caught: ended at once'),
    onTimeout(afterMs) {
      log.error({ afterMs }, 'not everything could be closed in time');
      killed();
    },
  };
  let signalOfPrimary: string | null = null;
  const { close } = closeWithGrace(options, async ({ signal = signalOfPrimary, err }) => {
    const startedAt = performance.now();
    if (err !== undefined) {
      log.error(describeError(err), 'stopping: an error that nobody caught');
    }
    try {
      await end(err === undefined ? (signal ?? 'none') : null);
    } catch (error) {
      log.error(describeError(error), 'something could not be closed');
      throw error;
    }
    log.info({ signal, ms: Math.round(performance.now() - startedAt) }, 'stopped');
  });
  onStop((signal) => {
    signalOfPrimary = signal;
    void close();
  });
}
