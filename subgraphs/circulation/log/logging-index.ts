import type { CardReading, IndexDatabase } from '../../../store/index/port.ts';
import type { ChangeLog, FeedLease, HoldsOfCard } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';

/** The maximum number of remembered readings, one per card. A single reading ends before this many others are made. */
const maxCards = 20_000;

/**
 * The index of loans and holds, for the process that builds it. Before a reading of cards is saved in the index, its
 * holds are compared with the stored holds. The differences are written into the log. If the process is killed between
 * the two writes, the card stays marked, and the next reading finds no difference any more.
 */
export class LoggingIndex {
  readonly #index: IndexDatabase;
  readonly #changeLog: Pick<ChangeLog, 'logHolds'>;
  readonly #lease: () => FeedLease | null;
  readonly #today: () => string;
  /** The number of the last reading of each card. A reading that began earlier is not compared any more. */
  readonly #lastReadings = new Map<string, number>();
  readonly #underWay = new Set<Promise<unknown>>();

  /** @param lease returns the lease that this process believes to have; null if it has none */
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

  /** The index. It writes the differences of holds into the log before it saves a reading. */
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

  /** Resolves when each reading that is being logged now is also saved, or has failed. */
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

  /** Writes the differences into the log. Without the lease, writes nothing and resolves to false. */
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
    // The first key belongs to the reading that was made longest ago.
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
