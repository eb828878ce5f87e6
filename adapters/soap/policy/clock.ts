/** Time and timers. They are an argument, so that a test can control them. */
export interface Clock {
  /** Milliseconds since a fixed moment. The clock is monotonic: it never goes back. */
  now(): number;
  /** Calls `callback` once, after `ms` milliseconds. Returns a function that cancels the call. */
  after(ms: number, callback: () => void): () => void;
}

/** The machine's monotonic clock and timers. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};
