import cluster from 'node:cluster';
import { constants } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import closeWithGrace from 'close-with-grace';
import { describeError } from '../telemetry/describe-error.ts';
import { replacedSignal } from './workers/messages.ts';
import { onStop } from './workers/worker.ts';

/** Time to close reconcilers, the journal and connections after all requests are answered, in ms. */
export const closingMs = 6000;

/**
 * The shortest time in which a process that was replaced still answers on its connections, in ms. The process closes each
 * connection with its next answer. Without this time, a client that is about to use an idle connection would lose its
 * request.
 */
const replacedDelayMs = 1000;

export interface StopOptions {
  /**
   * Time between the announcement that the process stops and the stop, in ms. Balancers need this time to notice the
   * announcement.
   */
  readonly delayMs: number;
  /** Time for running requests after `delayMs`, in ms. */
  readonly requestTimeoutMs: number;
  /**
   * Announces that the process stops. The process still accepts requests. `signal` is the signal's name, `replaced` if
   * another process has taken its place, or null after an uncaught error.
   */
  announce(signal: string | null): void;
  /** Answers the running requests, and closes everything. */
  close(): Promise<void>;
  readonly log: {
    info(details: object, message: string): void;
    error(details: object, message: string): void;
  };
}

/**
 * Stops the process when it gets a signal, in two phases (decision 25). First it announces that it stops, and still
 * accepts requests for `delayMs`. Then it accepts no more requests, and answers the running requests. A worker stops
 * when it gets the primary's message to stop. The exit code is
 *
 * - 0 once everything is closed,
 * - 1 after an uncaught error, or if closing fails or takes too long,
 * - 128 and the signal's number, at once, when a second signal comes.
 */
export function stopOnSignal({ delayMs, requestTimeoutMs, announce, close, log }: StopOptions): void {
  endOnSignal(Math.max(delayMs, replacedDelayMs) + requestTimeoutMs + closingMs, log, async (signal) => {
    announce(signal);
    if (signal !== null) {
      log.info({ signal, delayMs, requestTimeoutMs }, 'stopping');
      await setTimeout(signal === replacedSignal ? Math.max(delayMs, replacedDelayMs) : delayMs);
    }
    await close();
  });
}

/**
 * Runs `end`, within `graceMs`, when the process gets a signal. After an uncaught error it runs `end` with null: the
 * process is in an unknown state, and accepts no more requests. The exit codes are as for `stopOnSignal`.
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
    // `beforeExit` is skipped, so that a process that can't start ends with its own exit code. A worker skips signals,
    // because only the primary process handles them.
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
    // A worker that is being replaced may get a second signal, when all workers stop. Only the first one counts.
    if (signalOfPrimary === null) {
      signalOfPrimary = signal;
      void close();
    }
  });
}
