import type { WorkerNumber } from './worker.ts';

/**
 * A worker's share of a limit for the whole machine, as a whole number. The shares of all workers add up to the limit.
 *
 * Four workers share 10 connections as 3, 3, 2 and 2. A process that is not a worker has the whole limit.
 */
export function workerShareOf(limit: number, worker: WorkerNumber | null): number {
  if (worker === null) {
    return limit;
  }
  const { index, count } = worker;
  return Math.floor(limit / count) + (index <= limit % count ? 1 : 0);
}
