import type { CardReading, IndexDatabase } from '../../../store/index/port.ts';
import type { ChangeLog, FeedLease, HoldsOfCard } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';

/**
 * The maximum number of cards whose last reading is remembered. A reading is saved long before as many other cards are
 * read.
 */
const maxCards = 20_000;

/**
 * The index of loans and holds, for the process that builds it. Before a card's holds are saved in the index, they are
 * compared with the holds that the log knows, and the changes are written into the log. If the process is killed
 * between the two writes, the card is read again later. No change is then found a second time.
 */
export class LoggingIndex {
  readonly #index: IndexDatabase;
  readonly #changeLog: Pick<ChangeLog, 'logHolds'>;
  readonly #lease: () => FeedLease | null;
  readonly #today: () => string;
  /**
   * The number of the newest reading of each card. An older reading of the card may arrive later: it is not compared
   * with the log.
   */
  readonly #lastReadings = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** @param lease returns the lease of the feed's follower, or null if this process believes that it doesn't have it */
  constructor(
    index: IndexDatabase,
    changeLog: Pick<ChangeLog, 'logHolds'>,
    lease: () => FeedLease | null,
    today: () => string,
  ) {
    this.#index = index;
    this.#changeLog = changeLog;
    this.#lease = lease;
    this.#today = today;
  }

  /** Makes an index whose functions for saving cards first write the changes of holds into the log. */
  readonly index = (): IndexDatabase => ({
    ...this.#index,
    saveCards: (readings) =>
      this.#during(async () => {
        if (!(await this.#logDifferences(readings))) {
          throw new StoreUnavailable('journal: another process follows the feed: these cards are read again');
        }
        await this.#index.saveCards(readings);
      }),
    saveCrawled: (state, readings, position) =>
      this.#during(
        async () =>
          (await this.#logDifferences(readings)) &&
          (await this.#index.saveCrawled(state, readings, position)),
      ),
  });

  /** Resolves when all card readings whose changes are being logged now are also saved in the index, or have failed. */
  async settled(): Promise<void> {
    await Promise.allSettled([...this.#underWay]);
  }

  async #during<Result>(work: () => Promise<Result>): Promise<Result> {
    const working = work();
    this.#underWay.add(working);
    try {
      return await working;
    } finally {
      this.#underWay.delete(working);
    }
  }

  /** Writes the changes of holds into the log. Without the lease, writes nothing and resolves to false. */
  async #logDifferences(readings: readonly CardReading[]): Promise<boolean> {
    const lease = this.#lease();
    if (lease === null) {
      return false;
    }
    const newer = readings.filter(({ libraryCardNumber, start }) => {
      const last = this.#lastReadings.get(libraryCardNumber);
      return last === undefined || last <= start.number;
    });
    for (const { libraryCardNumber, start } of newer) {
      this.#lastReadings.delete(libraryCardNumber);
      this.#lastReadings.set(libraryCardNumber, start.number);
    }
    // The keys of the map are in the order in which the cards were read, the oldest first.
    for (const card of this.#lastReadings.keys()) {
      if (this.#lastReadings.size <= maxCards) {
        break;
      }
      this.#lastReadings.delete(card);
    }
    const cards = newer.flatMap(({ libraryCardNumber, holds }): readonly HoldsOfCard[] =>
      holds === null ? [] : [{ libraryCardNumber, holds }],
    );
    return cards.length === 0 || (await this.#changeLog.logHolds(lease, cards, this.#today()));
  }
}
