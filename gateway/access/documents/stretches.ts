import { setImmediate as nextTurn } from 'node:timers/promises';

/** The longest time for which one stretch of background work blocks the event loop, in ms. */
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
