import { setTimeout } from 'node:timers/promises';

/** Resolves after a time in ms, or when the signal aborts. The timer doesn't keep the process running. */
export const pauseInBackground = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal, ref: false }).catch(() => undefined);
