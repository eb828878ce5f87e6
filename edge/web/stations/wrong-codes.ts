/** Wrong codes that one network may give before none is listened to, and all networks together. */
export const maxWrongCodes = 10;
export const maxWrongCodesOfAll = 1_000;
/** They are counted for as long as a code is valid. */
export const countedForMs = 10 * 60_000;
/** Networks that are told apart at once. With more, the oldest are forgotten; the count of all goes on. */
const maxNetworks = 10_000;

interface Count {
  count: number;
  readonly until: number;
}

/**
 * Counts wrong codes, in this process: with `n` processes a guesser has `n` times as many. The first bound stops a person who
 * guesses, the second many machines that do. `now`: in ms since 1970.
 */
export class WrongCodes {
  readonly #now: () => number;
  readonly #byNetwork = new Map<string, Count>();
  #all: Count = { count: 0, until: 0 };

  constructor(now: () => number) {
    this.#now = now;
  }

  /** How long no code of that network is listened to, in ms; 0 where one is. */
  waitMs(network: string): number {
    const now = this.#now();
    const own = this.#byNetwork.get(network);
    const until = Math.max(
      own !== undefined && own.count >= maxWrongCodes ? own.until : now,
      this.#all.count >= maxWrongCodesOfAll ? this.#all.until : now,
    );
    return until - now;
  }

  count(network: string): void {
    this.#all = this.#counted(this.#all);
    const own = this.#counted(this.#byNetwork.get(network));
    this.#byNetwork.delete(network);
    const [oldest] = this.#byNetwork.keys();
    if (oldest !== undefined && this.#byNetwork.size >= maxNetworks) {
      this.#byNetwork.delete(oldest);
    }
    this.#byNetwork.set(network, own);
  }

  #counted(last: Count | undefined): Count {
    const now = this.#now();
    return last === undefined || last.until <= now
      ? { count: 1, until: now + countedForMs }
      : { count: last.count + 1, until: last.until };
  }
}
