/** Resolves after so many ms, or as soon as the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Runs `once` again and again until the signal aborts. It resolves to the pause before the next run, in ms. */
export async function repeat(once: () => Promise<number>, wait: Wait, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(await once(), signal);
  }
}
