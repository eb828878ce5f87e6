import { setImmediate as nextTurn } from 'node:timers/promises';

/** A stretch ends with the piece of work that exceeds this time, in ms. */
const maxStretchMs = 5;

/**
 * Cuts background work into stretches. Between two stretches, the gateway answers requests. Await the returned function
 * between two pieces of work, each of which must be short.
 */
export function cutIntoStretches(): () => Promise<void> {
  let startedAt = performance.now();
  return async () => {
    if (performance.now() - startedAt > maxStretchMs) {
      await nextTurn();
      startedAt = performance.now();
    }
  };
}
