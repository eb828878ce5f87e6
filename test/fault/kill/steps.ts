import { writeSync } from 'node:fs';
import type { MaySend } from '../../../adapters/circulation/port.ts';

/** The time in ms in which a request arrives. It is shorter than the simulators' latency. */
export const onTheWayMs = 20;

/** The end of a step's name if a change was sent but not answered. */
export const inProgress = ' in progress';

/**
 * Counts the steps of a process, prints each on standard output, and kills the process right before one of them. A step
 * is a call of a port, a change in progress, or the answer. Nothing between two calls has a lasting effect.
 */
export class Steps {
  readonly #killAt: number;
  #count = 0;

  /** `killAt` is the number of a step, from 1, or 0 for no kill. */
  constructor(killAt: number) {
    this.#killAt = killAt;
  }

  take(name: string): void {
    if (this.#isLast(name)) {
      process.kill(process.pid, 'SIGKILL');
    }
  }

  /** Like {@link take}, but kills the process after the request has arrived. */
  #depart(name: string): void {
    if (this.#isLast(name)) {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), onTheWayMs);
    }
  }

  #isLast(name: string): boolean {
    this.#count += 1;
    // The write is synchronous, because a stream could lose the last lines before the kill.
    writeSync(1, `step ${name}\n`);
    return this.#count === this.#killAt;
  }

  /** A port whose calls are steps. */
  of<Port extends object>(port: Port, name: string): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const member: unknown = Reflect.get(target, key);
        if (typeof member !== 'function' || typeof key === 'symbol') {
          return member;
        }
        return async (...args: unknown[]) => {
          const call = `${name}.${key}`;
          this.take(call);
          return await Reflect.apply(
            member,
            target,
            args.map((arg) => (isMaySend(arg) ? this.#departing(arg, call) : arg)),
          );
        };
      },
    });
  }

  #departing(maySend: MaySend, call: string): MaySend {
    return () => {
      const may = maySend();
      if (may) {
        this.#depart(`${call}${inProgress}`);
      }
      return may;
    };
  }
}

/** A `MaySend` has no parameters. The function that is passed to `reserve` has parameters. */
const isMaySend = (arg: unknown): arg is MaySend => typeof arg === 'function' && arg.length === 0;
