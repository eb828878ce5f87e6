import { setImmediate } from 'node:timers/promises';

/** Rows removed in one transaction, during which other transactions have to wait. */
const batchSize = 500;

/**
 * Calls `removeBatch` until it finds fewer rows than it may remove, and lets other work run between two calls. Resolves to
 * the number of rows removed. Example: 1,200 rows take three calls, of 500, 500 and 200.
 */
export async function removeInBatches(
  removeBatch: (maxRows: number) => number | Promise<number>,
): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await removeBatch(batchSize);
    removed += count;
    if (count < batchSize) {
      return removed;
    }
    await setImmediate();
  }
}
