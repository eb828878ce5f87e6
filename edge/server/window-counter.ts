export interface Window {
  readonly lengthMs: number;
  /**
   * The maximum number of keys that are counted at the same time. When it is exceeded, the keys whose windows began first
   * are dropped: a hundredth of all keys, and at least one.
   */
  readonly maxKeys: number;
}

interface Counted {
  count: number;
  until: number;
}

/**
 * A fixed-window counter by key, such as a network (`networkOf`). A key's window begins with its first count. Each
 * process counts alone, so `n` processes together allow `n` times the limit. `now` is in ms since 1970.
 */
export class WindowCounter {
  readonly #window: Window;
  readonly #now: () => number;
  /** The counts by key, in the order in which the keys' windows end. */
  readonly #counted = new Map<string, Counted>();

  constructor(window: Window, now: () => number) {
    this.#window = window;
    this.#now = now;
  }

  /** The number of counted keys, as a share of the maximum. */
  get fill(): number {
    for (const [key, { until }] of this.#counted) {
      if (until > this.#now()) {
        break;
      }
      this.#counted.delete(key);
    }
    return this.#counted.size / this.#window.maxKeys;
  }

  count(key: string): number {
    return this.#current(key)?.count ?? 0;
  }

  /** Time until the key's window ends, in ms; 0 if the key has no window. */
  remainingMs(key: string): number {
    const current = this.#current(key);
    return current === undefined ? 0 : current.until - this.#now();
  }

  /** Counts the key once more. Returns the new count. */
  add(key: string): number {
    const current = this.#current(key);
    if (current !== undefined) {
      current.count += 1;
      return current.count;
    }
    if (this.#counted.size >= this.#window.maxKeys) {
      this.#dropFirst();
    }
    this.#counted.set(key, { count: 1, until: this.#now() + this.#window.lengthMs });
    return 1;
  }

  /**
   * Drops a hundredth of `maxKeys` at a time, and at least one key. V8's maps keep a hole for each dropped key, and a
   * search for the first key walks over all holes. So dropping one key for each new key would be slow.
   */
  #dropFirst(): void {
    let left = Math.max(1, this.#window.maxKeys / 100);
    for (const key of this.#counted.keys()) {
      if (left < 1) {
        return;
      }
      this.#counted.delete(key);
      left -= 1;
    }
  }

  /** Undoes one {@link add}. */
  takeBack(key: string): void {
    const current = this.#current(key);
    if (current !== undefined && current.count > 0) {
      current.count -= 1;
    }
  }

  #current(key: string): Counted | undefined {
    const counted = this.#counted.get(key);
    if (counted === undefined) {
      return undefined;
    }
    const now = this.#now();
    if (counted.until <= now) {
      this.#counted.delete(key);
      return undefined;
    }
    // If the clock was put back, the window must not become longer than `lengthMs`.
    counted.until = Math.min(counted.until, now + this.#window.lengthMs);
    return counted;
  }
}
