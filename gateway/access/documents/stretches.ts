import { setImmediate as nextTurn } from 'node:timers/promises';

/** Time that one stretch of background work may hold the event loop, in ms. */
const maxStretchMs = 5;

/**
 * Cuts background work into stretches, between which requests are answered. Await the returned function between two pieces of
 * work, each of which must be short.
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
