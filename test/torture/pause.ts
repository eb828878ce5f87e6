import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from './random.ts';

/** The shortest and the longest time, in ms. */
export type RangeMs = readonly [from: number, to: number];

/** Resolves after `ms`, or as soon as the signal aborts. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) {
      throw error;
    }
  }
}

/**
 * Resolves when all actors have ended. The first one that fails aborts `over`, so that the others end too. Rejects with its error.
 */
export async function untilAllEnd(actors: readonly Promise<unknown>[], over: AbortController): Promise<void> {
  const ended = await Promise.allSettled(
    actors.map((actor) =>
      actor.catch((error: unknown) => {
        over.abort();
        throw error;
      }),
    ),
  );
  for (const outcome of ended) {
    if (outcome.status === 'rejected') {
      throw outcome.reason;
    }
  }
}

/** Acts again and again until the signal aborts, after a random pause each time. If `every` is null, it never acts. */
export async function repeatedly(
  every: RangeMs | null,
  random: Random,
  signal: AbortSignal,
  act: () => Promise<void>,
): Promise<void> {
  if (every === null) {
    return;
  }
  await pause(random.between(...every), signal);
  while (!signal.aborted) {
    await act();
    await pause(random.between(...every), signal);
  }
}
