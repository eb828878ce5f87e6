import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type WatchedWorker, watchAlive } from '../../../../platform/lifecycle/workers/alive-watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A worker that answers after some time, in ms. */
class SlowWorker implements WatchedWorker {
  readonly index = 1;
  readonly listens = true;
  readonly #answersAfterMs: number | null;
  #isHeard = true;
  isKilled = false;

  constructor(answersAfterMs: number | null) {
    this.#answersAfterMs = answersAfterMs;
  }

  takeHeard(): boolean {
    const isHeard = this.#isHeard;
    this.#isHeard = false;
    return isHeard;
  }

  async ask(): Promise<unknown> {
    if (this.#answersAfterMs !== null) {
      setTimeout(() => {
        this.#isHeard = true;
      }, this.#answersAfterMs);
    }
    return null;
  }

  kill(): void {
    this.isKilled = true;
  }
}

function watch(answersAfterMs: number | null) {
  const worker = new SlowWorker(answersAfterMs);
  return { worker, watching: watchAlive(() => [worker], { error: () => undefined }) };
}

test('a worker that is silent for half a minute is killed, and not earlier', () => {
  const { worker, watching } = watch(null);
  vi.advanceTimersByTime(39_000);
  expect(worker.isKilled).toBe(false);
  vi.advanceTimersByTime(11_000);
  expect(worker.isKilled).toBe(true);
  watching[Symbol.dispose]();
});

test('a worker that needs long for each answer is not killed', () => {
  const { worker, watching } = watch(9_000);
  vi.advanceTimersByTime(300_000);
  expect(worker.isKilled).toBe(false);
  watching[Symbol.dispose]();
});
