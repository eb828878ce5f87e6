import { setImmediate } from 'node:timers/promises';

/** Rows that are removed in one transaction: others wait for it. */
const portion = 500;

/** Removes all there are, a portion at a time; `remove` tells how many it found. Resolves to how many they were together. */
export async function removeInPortions(remove: (most: number) => number | Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await remove(portion);
    removed += count;
    if (count < portion) {
      return removed;
    }
    // Others get their turn.
    await setImmediate();
  }
}
