import type { Networks } from '../../../platform/lifecycle/network.ts';
import { NetworkCounter } from '../../server/network-counter.ts';
import { WindowCounter } from '../../server/window-counter.ts';

/**
 * The numbers of wrong codes after which further codes are refused: from one network, and from all networks together.
 */
export const maxWrongCodes = 10;
export const maxWrongCodesOfAll = 1_000;
/** Wrong codes are counted for as long as a code is valid. */
export const countedForMs = 10 * 60_000;

/** The key under which the wrong codes of all networks are counted together. */
const all = 'all';

/**
 * Counts wrong codes in this process only, so `n` processes allow `n` times as many. `maxWrongCodes` stops one person who
 * guesses, and `maxWrongCodesOfAll` stops many machines. `now` is in ms since 1970.
 */
export class WrongCodes {
  readonly #byNetwork: NetworkCounter;
  readonly #ofAll: WindowCounter;

  constructor(now: () => number) {
    this.#byNetwork = new NetworkCounter(maxWrongCodes, { lengthMs: countedForMs, maxKeys: 10_000 }, now);
    this.#ofAll = new WindowCounter({ lengthMs: countedForMs, maxKeys: 1 }, now);
  }

  /** The number of networks that are counted, as a share of the maximum. */
  get fill(): number {
    return this.#byNetwork.fill;
  }

  /** The time until codes from the networks are accepted again, in ms; 0 if they are accepted now. */
  waitMs(networks: Networks): number {
    return Math.max(
      this.#byNetwork.waitMs(networks),
      this.#ofAll.count(all) >= maxWrongCodesOfAll ? this.#ofAll.remainingMs(all) : 0,
    );
  }

  /**
   * Resolves as `find` does: to null for a wrong code. While `find` runs, its code is counted as wrong, so that
   * simultaneous codes are all counted. If the code is right, or if `find` fails, the count is undone.
   */
  async watch<Found>(networks: Networks, find: () => Promise<Found | null>): Promise<Found | null> {
    this.#byNetwork.add(networks);
    this.#ofAll.add(all);
    let isWrong = false;
    try {
      const found = await find();
      isWrong = found === null;
      return found;
    } finally {
      if (!isWrong) {
        this.#byNetwork.takeBack(networks);
        this.#ofAll.takeBack(all);
      }
    }
  }
}
