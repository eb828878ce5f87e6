/**
 * The work that remains until the lists are complete.
 * - `EVENTS`: the events of 90 days are read. The unit is a second of the feed.
 * - `CARDS`: the cards with open loans or holds are read. After that, the lists are open.
 * - `PATRONS`: the cards of all patrons are read, even cards that nobody used for 90 days.
 */
export interface StageProgress {
  readonly stage: 'EVENTS' | 'CARDS' | 'PATRONS';
  readonly done: number;
  /** Null while it is not known. */
  readonly total: number | null;
  /** The number of units read per second since the stage began. Null while it is not known. */
  readonly perSecond: number | null;
  /** The time until the stage ends, at this rate, in ms. Null while it is not known. */
  readonly leftMs: number | null;
}

export interface IndexProgress {
  /**
   * Whether the lists contain every loan and hold that an event of the last 90 days shows. Older loans and holds may be
   * missing.
   */
  readonly isOpen: boolean;
  /** Whether every patron's cards have been read since the index was begun. If so, the lists are complete. */
  readonly isWhole: boolean;
  /**
   * Whether the lists were open before, and a crash of the database has emptied them. The lists are then read again,
   * using the list of cards that had rows.
   */
  readonly isReadAgain: boolean;
  /** Whether all old events have been counted. If so, the result of `lendingDays` is complete. */
  readonly areDaysCounted: boolean;
  readonly patronsRead: number;
  /** The number of patrons, by the registry's count. Null before the first page. */
  readonly patronsTotal: number | null;
  /** Null before the index is begun, and when it is whole. */
  readonly underWay: StageProgress | null;
  /**
   * All events of circulation up to this moment have been applied, and the cards and queues that these events marked have
   * been read again. Only records that are set aside may be older. Null before the first event is applied. This is a time
   * of the database's clock, which somebody may set. So compare `asOf` only with other times of that database, and show
   * people `ageMs`.
   */
  readonly asOf: Date | null;
  /**
   * The age of `asOf` in ms, never below 0. This process measures the age with its own monotonic clock. Only the first
   * measurement uses the database's clock.
   */
  readonly ageMs: number | null;
}
