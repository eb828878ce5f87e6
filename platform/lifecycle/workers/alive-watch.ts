import type { WorkerProcess } from './worker-process.ts';

/**
 * Pause between two checks whether a worker is alive, in ms. After three checks without an answer the worker is killed
 * and restarted.
 */
const aliveEveryMs = 10_000;
const maxMissedAnswers = 3;

/**
 * Kills workers whose event loop no longer turns, until the result is disposed of. A probe over HTTP can't find them: it
 * may reach another worker each time.
 */
export function watchAlive(
  workers: () => readonly WorkerProcess[],
  log: { error(details: object, message: string): void },
): Disposable {
  const check = async (): Promise<void> => {
    for (const worker of workers().filter(({ listens }) => listens)) {
      const answer = await worker.ask('alive');
      worker.missedAnswers = answer === true ? 0 : worker.missedAnswers + 1;
      if (worker.missedAnswers >= maxMissedAnswers) {
        log.error({ worker: worker.index }, 'a worker does not answer, and is killed');
        worker.kill();
      }
    }
  };
  const timer = setInterval(() => void check(), aliveEveryMs);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}
