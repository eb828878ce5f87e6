import type { Clock } from '../../../../adapters/soap/policy/clock.ts';

/** A clock that stands until it is moved. */
export interface HandClock extends Clock {
  /** How many wait for it. */
  readonly waiting: number;
  /** Goes on, and calls what falls due, in order. */
  advance(ms: number): void;
}

export function createHandClock(): HandClock {
  const timers = new Map<() => void, number>();
  let now = 0;
  return {
    now: () => now,
    after(ms, call) {
      // One that is asked for twice is two.
      const timer = () => call();
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
