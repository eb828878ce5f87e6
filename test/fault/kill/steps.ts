import { writeSync } from 'node:fs';
import type { MaySend } from '../../../adapters/circulation/port.ts';

/** A time in ms in which a request arrives. It is shorter than the simulators' latency. */
export const onTheWayMs = 20;

/** The end of the name of a step at which a change was sent but not answered. */
export const inProgress = ' in progress';

/**
 * Counts the steps of a process, prints each on standard output, and kills the process right before one of them. Steps are each call
 * of a port (nothing between two calls has a lasting effect), a change in progress, and the answer.
 */
export class Steps {
  readonly #killAt: number;
  #count = 0;

  /** `killAt`: the number of a step, from 1; 0 for none. */
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
    // Written synchronously: a stream could lose the last lines before the kill.
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

/** `reserve` takes another function, which has parameters. */
const isMaySend = (arg: unknown): arg is MaySend => typeof arg === 'function' && arg.length === 0;
