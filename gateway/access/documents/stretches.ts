import { setImmediate as nextTurn } from 'node:timers/promises';

/** After this time, a stretch of background work ends as soon as the current piece of work is done, in ms. */
const maxStretchMs = 5;

/**
 * Cuts background work into stretches of a few ms, so that the gateway can answer requests between them. Await the
 * returned function after each piece of work. A piece must be short.
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
