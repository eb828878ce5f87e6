import { budgetsOf, type Networks } from '../../platform/lifecycle/network.ts';
import { type Window, WindowCounter } from './window-counter.ts';

/**
 * Limits how often something happens in a client's network, and in the wider networks that contain it. Counts in fixed
 * windows ({@link WindowCounter}).
 */
export class NetworkCounter {
  readonly #counter: WindowCounter;
  readonly #max: number;

  /**
   * `max` is the limit for the narrowest network. The limit for a /56 is twice as high, and for a /48 four times
   * (`budgetsOf`).
   */
  constructor(max: number, window: Window, now: () => number) {
    this.#counter = new WindowCounter(window, now);
    this.#max = max;
  }

  /** The number of counted networks, as a share of the maximum. */
  get fill(): number {
    return this.#counter.fill;
  }

  /** Time until all networks are below their limits, in ms; 0 if they already are. */
  waitMs(networks: Networks): number {
    let longest = 0;
    for (const [position, network] of networks.entries()) {
      if (this.#counter.count(network) >= this.#max * budgetsOf(position)) {
        longest = Math.max(longest, this.#counter.remainingMs(network));
      }
    }
    return longest;
  }

  /**
   * Counts once more if no network is at its limit. Returns 0 if it counted. Otherwise returns the time until it could
   * count, in ms.
   */
  tryAdd(networks: Networks): number {
    const waitMs = this.waitMs(networks);
    if (waitMs === 0) {
      this.add(networks);
    }
    return waitMs;
  }

  /** Counts once more, even if a network is at its limit. */
  add(networks: Networks): void {
    for (const network of networks) {
      this.#counter.add(network);
    }
  }

  /** Undoes one {@link add}. */
  takeBack(networks: Networks): void {
    for (const network of networks) {
      this.#counter.takeBack(network);
    }
  }
}
