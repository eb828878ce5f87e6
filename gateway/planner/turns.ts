import { PlannerGone } from './planner-child.ts';

/** Lets some tasks be under way at once, and bounds what waits for its turn: by its number, and by milliseconds. */
export class Turns {
  #free: number;
  readonly #waiting: (() => void)[] = [];
  readonly #bounds: { readonly most: number; readonly ms: number };

  constructor(atOnce: number, bounds: { readonly most: number; readonly ms: number }) {
    this.#free = atOnce;
    this.#bounds = bounds;
  }

  /** Rejects as the task does, or with `PlannerGone` where that many wait, or once its turn comes too late. */
  async take<Result>(task: () => Promise<Result>): Promise<Result> {
    const since = performance.now();
    if (this.#free > 0) {
      this.#free--;
    } else if (this.#waiting.length < this.#bounds.most) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.push(resolve);
      await promise;
    } else {
      throw new PlannerGone('busy');
    }
    try {
      // Whoever asked for it is answered by now, and what came later has better chances.
      if (performance.now() - since > this.#bounds.ms) {
        throw new PlannerGone('busy');
      }
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) {
        this.#free++;
      } else {
        next();
      }
    }
  }
}
