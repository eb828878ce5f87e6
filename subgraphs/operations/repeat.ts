/** Resolves after a time in ms, or when the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Runs `once` repeatedly until the signal aborts. `once` resolves to the pause before the next run, in ms. */
export async function repeat(once: () => Promise<number>, wait: Wait, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(await once(), signal);
  }
}

/** Combines several loops into one. Disposing of it stops all of them, and waits until they have stopped. */
export const together = (loops: readonly AsyncDisposable[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
  },
});
