export interface Window {
  readonly lengthMs: number;
  /** Keys that are told apart at once. With more, those whose windows began first are forgotten. */
  readonly maxKeys: number;
}

interface Counted {
  count: number;
  readonly until: number;
}

/**
 * Counts by key, such as a network (`networkOf`), in windows of one length (fixed-window counter): that of a key begins when it is
 * counted first. It counts in this process alone: with `n` processes everybody has `n` times as much. `now`: in ms since 1970.
 */
export class WindowCounter {
  readonly #window: Window;
  readonly #now: () => number;
  /** In the order in which the windows end. */
  readonly #counted = new Map<string, Counted>();

  constructor(window: Window, now: () => number) {
    this.#window = window;
    this.#now = now;
  }

  /** How often the key was counted in its window. */
  count(key: string): number {
    return this.#current(key)?.count ?? 0;
  }

  /** Time until the key's window ends, in ms; 0 where it has none. */
  remainingMs(key: string): number {
    const current = this.#current(key);
    return current === undefined ? 0 : current.until - this.#now();
  }

  /** Counts one more. Returns how many that makes. */
  add(key: string): number {
    const current = this.#current(key);
    if (current !== undefined) {
      current.count += 1;
      return current.count;
    }
    const [oldest] = this.#counted.keys();
    if (oldest !== undefined && this.#counted.size >= this.#window.maxKeys) {
      this.#counted.delete(oldest);
    }
    this.#counted.set(key, { count: 1, until: this.#now() + this.#window.lengthMs });
    return 1;
  }

  /** Takes one back that was counted. */
  takeBack(key: string): void {
    const current = this.#current(key);
    if (current !== undefined && current.count > 0) {
      current.count -= 1;
    }
  }

  #current(key: string): Counted | undefined {
    const counted = this.#counted.get(key);
    if (counted !== undefined && counted.until <= this.#now()) {
      this.#counted.delete(key);
      return undefined;
    }
    return counted;
  }
}
