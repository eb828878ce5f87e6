/** Resolves after so many ms, or as soon as the signal aborts. */
export type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

/** Runs `once` again and again until the signal aborts. It resolves to the pause before the next run, in ms. */
export async function repeat(once: () => Promise<number>, wait: Wait, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await wait(await once(), signal);
  }
}

/** Several loops as one: disposing of it stops them all, and waits for them. */
export const together = (loops: readonly AsyncDisposable[]): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    await Promise.all(loops.map((loop) => loop[Symbol.asyncDispose]()));
  },
});
