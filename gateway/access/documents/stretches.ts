import { setImmediate as nextTurn } from 'node:timers/promises';

/** Time that one stretch of background work may hold the event loop, in ms. */
const maxStretchMs = 5;

/**
 * Cuts background work into stretches, between which requests are answered. The returned function is called between two
 * pieces of work, each of which is bounded itself.
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
