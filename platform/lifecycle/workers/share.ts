import type { WorkerPlace } from './worker.ts';

/**
 * A worker's share of a limit for the whole machine, as a whole number. The shares of all workers add up to the limit.
 *
 * Of 10 connections four workers have 3, 3, 2 and 2. A process that is no worker has all of them.
 */
export function workerShareOf(limit: number, place: WorkerPlace | null): number {
  if (place === null) {
    return limit;
  }
  const { index, count } = place;
  return Math.floor(limit / count) + (index <= limit % count ? 1 : 0);
}
