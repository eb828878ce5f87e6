/** Time and timers, as an argument, so that a test can move them. */
export interface Clock {
  /** Milliseconds since a fixed moment. Monotonic: it never goes back. */
  now(): number;
  /** Calls `callback` once after `ms` milliseconds. The function that it returns cancels that. */
  after(ms: number, callback: () => void): () => void;
}

/** The monotonic clock and the timers of the machine. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
