import { setImmediate } from 'node:timers/promises';

/** A call that waits until the scheduler chooses it. */
interface Waiting {
  readonly name: string;
  go(): void;
}

/**
 * Runs concurrent code one call at a time, in an order that a seed decides. Every call of a port waits until it is
 * chosen, and nothing waits for a clock. So an interleaving that fails can be repeated.
 *
 * Example: two check-outs wait at `journal.begin` and `cards.cardsByPatron`. `runNext` draws the second call, lets it
 * run until its code waits at the next call, and returns. The next `runNext` draws between `journal.begin` and this new
 * call.
 */
export class Scheduler {
  readonly #waiting: Waiting[] = [];
  readonly #random: () => number;
  /** The names of the calls that ran, in order. */
  readonly executed: string[] = [];

  /** `random` returns numbers from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Resolves when the scheduler chooses this call. A call without a name is not recorded. */
  waitForTurn(name = ''): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ name, go: resolve });
    return promise;
  }

  /** A port whose calls wait for their turns. `who` is the caller's name. */
  schedule<Port extends object>(port: Port, who: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function' || typeof key === 'symbol') {
          return member;
        }
        return async (...args: unknown[]) => {
          await this.waitForTurn(`${who}: ${key}`);
          return await Reflect.apply(member, target, args);
        };
      },
    });
  }

  /** Runs one waiting call until its code waits at the next call or ends. Resolves to false if no call waits. */
  async runNext(): Promise<boolean> {
    await setImmediate();
    const [next] = this.#waiting.splice(this.pick(this.#waiting.length), 1);
    if (next === undefined) {
      return false;
    }
    if (next.name !== '') {
      this.executed.push(next.name);
    }
    next.go();
    // All calls are in memory or in SQLite, so their effects have happened after one turn of the event loop.
    await setImmediate();
    return true;
  }

  /** A whole number from 0 to below `count`. */
  pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
