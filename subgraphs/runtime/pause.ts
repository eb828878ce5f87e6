import { setTimeout } from 'node:timers/promises';

/** Resolves after a time in ms by the machine's clock, or when the signal aborts. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => undefined);
