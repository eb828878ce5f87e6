import { setImmediate } from 'node:timers/promises';

interface Waiting {
  readonly name: string;
  go(): void;
}

/** One call passes at a time, and in any order: each of those that wait may be the next. Nobody waits for a clock. */
export class Turnstile {
  readonly #waiting: Waiting[] = [];
  readonly #random: () => number;
  /** Who passed, in order. */
  readonly passed: string[] = [];

  /** `random`: 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Resolves when it is its turn. Without a name, it is passed over in silence. */
  pass(name = ''): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ name, go: resolve });
    return promise;
  }

  /** Every call of a port waits for its turn first; `who` calls. */
  before<Port extends object>(port: Port, who: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function' || typeof key === 'symbol') {
          return member;
        }
        return async (...args: unknown[]) => {
          await this.pass(`${who}: ${key}`);
          return await Reflect.apply(member, target, args);
        };
      },
    });
  }

  /** Lets one pass, and waits until it has come to its next turn or its end; false where nobody waits. */
  async letOnePass(): Promise<boolean> {
    await setImmediate();
    const [next] = this.#waiting.splice(this.pick(this.#waiting.length), 1);
    if (next === undefined) {
      return false;
    }
    if (next.name !== '') {
      this.passed.push(next.name);
    }
    next.go();
    // All that is called is in memory or in SQLite, so that whatever it leads to at once has happened by then.
    await setImmediate();
    return true;
  }

  /** 0 to below `count`. */
  pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}
