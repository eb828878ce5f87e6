import { setTimeout } from 'node:timers/promises';

/** Resolves after so many ms by the machine's clock, or as soon as the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);
