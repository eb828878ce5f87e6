import { WindowCounter } from '../../server/window-counter.ts';

/** Wrong codes that one network may send before all its codes are refused, and all networks together. */
export const maxWrongCodes = 10;
export const maxWrongCodesOfAll = 1_000;
/** As long as a code is valid. */
export const countedForMs = 10 * 60_000;

/** The one key of the count over all networks. */
const all = 'all';

/**
 * Counts wrong codes in this process: `n` processes allow `n` times as many. The first limit stops a person who guesses, the second
 * stops many machines. `now`: in ms since 1970.
 */
export class WrongCodes {
  readonly #byNetwork: WindowCounter;
  readonly #ofAll: WindowCounter;

  constructor(now: () => number) {
    this.#byNetwork = new WindowCounter({ lengthMs: countedForMs, maxKeys: 10_000 }, now);
    this.#ofAll = new WindowCounter({ lengthMs: countedForMs, maxKeys: 1 }, now);
  }

  /** How long codes from that network are refused, in ms; 0 where they are not. */
  waitMs(network: string): number {
    return Math.max(
      this.#byNetwork.count(network) >= maxWrongCodes ? this.#byNetwork.remainingMs(network) : 0,
      this.#ofAll.count(all) >= maxWrongCodesOfAll ? this.#ofAll.remainingMs(all) : 0,
    );
  }

  /**
   * Resolves as `find` does: to null for a wrong code. While `find` runs, the code is counted as wrong, so that codes at the same moment
   * are all counted. Where it is right, or `find` fails, the count is undone.
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
