/**
 * The current stage of the build, and what remains of it.
 * - `EVENTS`: circulation's events of 90 days are read. Counted in seconds of the feed.
 * - `CARDS`: the cards with open loans or holds, according to these events, are read. After this stage, staff's
 *   lists can be answered from the index.
 * - `PATRONS`: the cards of all patrons are read, including cards that nobody used for 90 days.
 */
export interface StageProgress {
  readonly stage: 'EVENTS' | 'CARDS' | 'PATRONS';
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /**
   * The number of units (seconds, cards or patrons) read per second since the stage began. Null while it is not known.
   */
  readonly perSecond: number | null;
  /** The time until the stage ends if it continues at `perSecond`, in ms. Null while it is not known. */
  readonly leftMs: number | null;
}

export interface IndexProgress {
  /**
   * Whether staff's lists can be answered from the index. The index then contains all loans and holds that began or
   * changed in the last 90 days. Older ones may be missing.
   */
  readonly isOpen: boolean;
  /** Whether every patron's cards have been read since the index was begun. If so, the lists are complete. */
  readonly isWhole: boolean;
  /**
   * Whether a crash of the database has emptied an index from which staff's lists could be answered. The index is being
   * filled again, beginning with the cards that had loans or holds.
   */
  readonly isReadAgain: boolean;
  /** Whether loans and returns have been counted from the first event on, so that `lendingDays` is complete. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** The number of patrons in the registry. Null until the crawl has read its first page of patrons. */
  readonly patronsTotal: number | null;
  /** The stage that is under way. Null before the index is begun, and when it is whole. */
  readonly underWay: StageProgress | null;
  /**
   * The index shows everything that happened in circulation up to this time: the events were applied, and the cards and
   * queues that they concern were read again. Records that could not be decoded (`setAside`) may be older. Null before
   * the first event is applied. The time is by the database's clock, which may be changed. So compare it only with
   * other times of this database, and show `ageMs` to people.
   */
  readonly asOf: Date | null;
  /**
   * The time since `asOf` in ms, never below 0. When this process first sees an `asOf`, it uses the database's clock.
   * From then on it uses its own monotonic clock.
   */
  readonly ageMs: number | null;
}
