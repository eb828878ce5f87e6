import { WindowCounter } from '../../server/window-counter.ts';

/** The number of wrong codes after which all codes are refused: of one network, and of all networks together. */
export const maxWrongCodes = 10;
export const maxWrongCodesOfAll = 1_000;
/** Wrong codes are counted for as long as a code is valid. */
export const countedForMs = 10 * 60_000;

/** The key under which all networks are counted together. */
const all = 'all';

/**
 * Counts wrong codes in this process, so `n` processes allow `n` times as many. `maxWrongCodes` stops one person who
 * guesses, and `maxWrongCodesOfAll` stops many machines. `now` is in ms since 1970.
 */
export class WrongCodes {
  readonly #byNetwork: WindowCounter;
  readonly #ofAll: WindowCounter;

  constructor(now: () => number) {
    this.#byNetwork = new WindowCounter({ lengthMs: countedForMs, maxKeys: 10_000 }, now);
    this.#ofAll = new WindowCounter({ lengthMs: countedForMs, maxKeys: 1 }, now);
  }

  /** The time until codes from the network are accepted again, in ms; 0 if they are accepted now. */
  waitMs(network: string): number {
    return Math.max(
      this.#byNetwork.count(network) >= maxWrongCodes ? this.#byNetwork.remainingMs(network) : 0,
      this.#ofAll.count(all) >= maxWrongCodesOfAll ? this.#ofAll.remainingMs(all) : 0,
    );
  }

  /**
   * Resolves as `find` does: to null for a wrong code. While `find` runs, its code is counted as wrong, so that
   * simultaneous codes are all counted. If the code is right, or if `find` fails, the count is undone.
   */
  async watch<Found>(network: string, find: () => Promise<Found | null>): Promise<Found | null> {
    this.#byNetwork.add(network);
    this.#ofAll.add(all);
    let isWrong = false;
    try {
      const found = await find();
      isWrong = found === null;
      return found;
    } finally {
      if (!isWrong) {
        this.#byNetwork.takeBack(network);
        this.#ofAll.takeBack(all);
      }
    }
  }
}
