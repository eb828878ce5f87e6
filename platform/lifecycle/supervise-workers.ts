import { availableParallelism } from 'node:os';
import { closingMs, endOnSignal } from './stop-on-signal.ts';
import { Supervisor, type SupervisorOptions } from './workers/supervisor.ts';

/** Time for the primary process to end after its workers, in ms. It comes on top of the workers' own time limit. */
const slackMs = 1000;

/** The data with which all workers start, such as a supergraph, and the source of new data for them. */
export interface SharedInput {
  /** The first input, as JSON. */
  readonly first: unknown;
  /** Gives new data to the workers whenever it changes, until `signal` aborts. Must not reject. */
  watch(workers: Pick<Supervisor, 'send' | 'replaceAll'>, signal: AbortSignal): Promise<void>;
}

/**
 * Runs this program in several workers until a signal ends them. Must be called in the primary process, which answers no
 * requests. The primary process starts workers, restarts workers that end, and stops all workers.
 */
export async function superviseWorkers(
  count: number,
  {
    shutdownDelayMs,
    requestTimeoutMs,
  }: { readonly shutdownDelayMs: number; readonly requestTimeoutMs: number },
  log: SupervisorOptions['log'],
  input: SharedInput | null = null,
): Promise<void> {
  const ended = new AbortController();
  const print = (line: string) => {
    process.stdout.write(line);
    void input?.watch(supervisor, ended.signal);
  };
  const supervisor = new Supervisor({ count, log, input: input?.first, print });
  const running = supervisor.run();
  void running.then(() => ended.abort());
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
    if (supervisor.refusal !== null) {
      process.stderr.write(`${supervisor.refusal}\n`);
    }
    process.exitCode = 1;
  }
}

/**
 * The number of workers that `WORKERS` sets. `auto` means one for each core that this process may use, at most
 * `maxAuto`.
 */
export const workerCount = (workers: number | 'auto', maxAuto = Number.POSITIVE_INFINITY): number =>
  workers === 'auto' ? Math.max(1, Math.min(availableParallelism(), maxAuto)) : workers;
