import type { Clock } from '../../../../adapters/soap/policy/clock.ts';

/** A clock that stands still until a test moves it. */
export interface HandClock extends Clock {
  /** The number of timers that have not fired yet. */
  readonly waiting: number;
  /** Moves the clock forward, and fires the timers that fall due, in the order of their times. */
  advance(ms: number): void;
}

export function createHandClock(): HandClock {
  const timers = new Map<() => void, number>();
  let now = 0;
  return {
    now: () => now,
    after(ms, callback) {
      // Each timer needs a function of its own as a key, because the same callback may be set twice.
      const timer = () => callback();
      timers.set(timer, now + ms);
      return () => {
        timers.delete(timer);
      };
    },
    get waiting() {
      return timers.size;
    },
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const [next] = [...timers].filter(([, at]) => at <= until).sort(([, a], [, b]) => a - b);
        if (next === undefined) {
          break;
        }
        const [timer, at] = next;
        timers.delete(timer);
        now = at;
        timer();
      }
      now = until;
    },
  };
}
