import { WindowCounter } from '../../server/window-counter.ts';

/** Wrong codes that one network may give before none is listened to, and all networks together. */
export const maxWrongCodes = 10;
export const maxWrongCodesOfAll = 1_000;
/** They are counted for as long as a code is valid. */
export const countedForMs = 10 * 60_000;

/** The one key of the count over all networks. */
const all = 'all';

/**
 * Counts wrong codes, in this process: with `n` processes a guesser has `n` times as many. The first bound stops a person who
 * guesses, the second many machines that do. `now`: in ms since 1970.
 */
export class WrongCodes {
  readonly #byNetwork: WindowCounter;
  readonly #ofAll: WindowCounter;

  constructor(now: () => number) {
    this.#byNetwork = new WindowCounter({ lengthMs: countedForMs, maxKeys: 10_000 }, now);
    this.#ofAll = new WindowCounter({ lengthMs: countedForMs, maxKeys: 1 }, now);
  }

  /** How long no code of that network is listened to, in ms; 0 where one is. */
  waitMs(network: string): number {
    return Math.max(
      this.#byNetwork.count(network) >= maxWrongCodes ? this.#byNetwork.remainingMs(network) : 0,
      this.#ofAll.count(all) >= maxWrongCodesOfAll ? this.#ofAll.remainingMs(all) : 0,
    );
  }

  /**
   * What `find` resolves to for a code; null where it is wrong. It counts as wrong until it is known to be right, or until nothing can
   * be known: codes that come at the same moment are not one.
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
