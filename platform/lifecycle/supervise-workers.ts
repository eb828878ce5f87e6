import { availableParallelism } from 'node:os';
import { closingMs, endOnSignal } from './stop-on-signal.ts';
import { Supervisor, type SupervisorOptions } from './workers/supervisor.ts';

/**
 * Extra time for the primary process to end, in ms. The primary waits until its workers have ended. The workers have
 * their own time limit.
 */
const slackMs = 1000;

/**
 * Runs this program in several workers until a signal ends them. Must be called in the primary process, which answers
 * no requests. It starts workers, restarts those that end, and tells all of them to stop.
 */
export async function superviseWorkers(
  count: number,
  {
    shutdownDelayMs,
    requestTimeoutMs,
  }: { readonly shutdownDelayMs: number; readonly requestTimeoutMs: number },
  log: SupervisorOptions['log'],
): Promise<void> {
  const supervisor = new Supervisor({ count, log, print: (line) => process.stdout.write(line) });
  const running = supervisor.run();
  const graceMs = shutdownDelayMs + requestTimeoutMs + closingMs + slackMs;
  endOnSignal(
    graceMs,
    log,
    async (signal) => {
      supervisor.stop(signal ?? 'an error');
      if (!(await running)) {
        throw new Error('a worker did not end well');
      }
    },
    () => supervisor.kill(),
  );
  if (!(await running)) {
    process.exitCode = 1;
  }
}

/**
 * The number of workers that `WORKERS` asks for. `auto` means one for each core that this process may use, at most
 * `maxAuto`.
 */
export const workerCount = (workers: number | 'auto', maxAuto = Number.POSITIVE_INFINITY): number =>
  workers === 'auto' ? Math.max(1, Math.min(availableParallelism(), maxAuto)) : workers;
