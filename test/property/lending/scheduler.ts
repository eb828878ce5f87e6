import { setImmediate } from 'node:timers/promises';

/** A call that waits until it is chosen. */
interface Waiting {
  readonly name: string;
  go(): void;
}

/**
 * Runs concurrent code one call at a time, in an order that a seed decides. Every call of a port waits until it is chosen;
 * nothing waits for a clock. So an interleaving that fails can be run again.
 *
 * Example: two check-outs wait at `journal.begin` and `cards.cardsByPatron`. `runNext` draws the second one, lets it run
 * until its next call waits, and returns; the next `runNext` draws between the first one and that call.
 */
export class Scheduler {
  readonly #waiting: Waiting[] = [];
  readonly #random: () => number;
  /** The names of the calls that ran, in order. */
  readonly executed: string[] = [];

  /** `random` gives numbers from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Resolves when it is chosen. Without a name it is not recorded. */
  waitForTurn(name = ''): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ name, go: resolve });
    return promise;
  }

  /** A port each of whose calls waits for its turn; `who` is the caller's name. */
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

  /** Runs one waiting call until its next call waits or it ends. Resolves to false where no call waits. */
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
    // Everything that is called is in memory or in SQLite, so what it leads to has happened one turn of the loop later.
    await setImmediate();
    return true;
  }

  /** A whole number from 0 to below `count`. */
  pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
