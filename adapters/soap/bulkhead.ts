import { failureOfAbort } from './deadline.ts';
import { CallFailure } from './failure.ts';

/**
 * So many calls at once, and so many that wait, first come, first served. Ours because a queue with an entry, two listeners
 * and a race for each call costs twenty times as much, though hardly one ever waits: decision 7.
 */
export class Bulkhead {
  readonly #queue: number;
  /** Nobody waits while there is one. */
  #free: number;
  readonly #waiting = new Set<() => void>();

  constructor(places: number, queue: number) {
    this.#free = places;
    this.#queue = queue;
  }

  /**
   * Takes a place, to be left by `leave`; null where one was free. Throws a `CallFailure`, `overloaded` where the queue is
   * full; rejects with one at once when the signal aborts, and then no place is taken.
   */
  enter(signal: AbortSignal): Promise<void> | null {
    if (signal.aborted) throw failureOfAbort(signal, 'wait');
    if (this.#free > 0) {
      this.#free -= 1;
      return null;
    }
    if (this.#waiting.size >= this.#queue) {
      throw new CallFailure('overloaded', `${this.#queue} calls are waiting`);
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const onTurn = () => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    };
    const onAbort = () => {
      this.#waiting.delete(onTurn);
      reject(failureOfAbort(signal, 'wait'));
    };
    this.#waiting.add(onTurn);
    signal.addEventListener('abort', onAbort, { once: true });
    return promise;
  }

  /** The place goes to who has waited longest. */
  leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
