import { setImmediate as nextTurn } from 'node:timers/promises';

/** The time after which background work pauses, in ms. The current piece of work is finished first. */
const maxStretchMs = 5;

/**
 * Returns a function that pauses background work every few ms, so that the gateway can answer requests in between.
 * Await the function after each piece of work. A piece must be short.
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
