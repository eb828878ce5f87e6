import type { WorkerProcess } from './worker-process.ts';

/** The members of a worker's process that the watch uses. */
export type WatchedWorker = Pick<WorkerProcess, 'index' | 'listens' | 'ask' | 'takeHeard' | 'kill'>;

/**
 * Pause between two checks whether a worker is alive, in ms. A worker that sent nothing during three pauses is killed
 * and restarted. Any message counts, even a late answer, so a worker that is only slow is not killed.
 */
const aliveEveryMs = 10_000;
const maxSilentPauses = 3;

/**
 * Kills workers whose event loop is blocked for too long, until the result is disposed of. A probe over HTTP can't find
 * such workers: it may reach another worker each time.
 */
export function watchAlive(
  workers: () => readonly WatchedWorker[],
  log: { error(details: object, message: string): void },
): Disposable {
  // The number of pauses without a message, by worker. A clock would count the machine's sleep, too.
  const silentPauses = new WeakMap<WatchedWorker, number>();
  const check = (): void => {
    for (const worker of workers().filter(({ listens }) => listens)) {
      const before = silentPauses.get(worker);
      // At the first check, no answer can have come yet, because the first question is sent below.
      const silent = before === undefined || worker.takeHeard() ? 0 : before + 1;
      silentPauses.set(worker, silent);
      if (silent >= maxSilentPauses) {
        log.error({ worker: worker.index }, 'a worker does not answer, and is killed');
        worker.kill();
      }
      void worker.ask('alive');
    }
  };
  const timer = setInterval(check, aliveEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
